// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/audit/redaction.h"

#include <QJsonArray>
#include <QList>
#include <QRegularExpression>
#include <QStringList>
#include <algorithm>
#include <string>
#include <string_view>

namespace headgate::Redaction {

namespace {

struct Span {
    qsizetype begin = 0;
    qsizetype end = 0;
};

QRegularExpression pattern(const char *text)
{
    QRegularExpression expression(QString::fromUtf8(text), QRegularExpression::CaseInsensitiveOption
                                                               | QRegularExpression::DotMatchesEverythingOption);
    expression.optimize();
    return expression;
}

/// "sslPassword", "API-Key" → the words in lower case.
QStringList words(const QString &name)
{
    static const QRegularExpression hump(QStringLiteral("(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+"));
    QStringList parts = name.split(hump, Qt::SkipEmptyParts);
    for (QString &part : parts) part = part.toLower();
    return parts;
}

/// Names that speak about a secret without holding one.
bool onlyDescribes(const QStringList &parts)
{
    static const QStringList lasts{QStringLiteral("at"), QStringLiteral("count"), QStringLiteral("length"),
                                   QStringLiteral("policy"), QStringLiteral("expires"), QStringLiteral("ttl"),
                                   QStringLiteral("type"), QStringLiteral("required")};
    static const QStringList firsts{QStringLiteral("has"), QStringLiteral("max"), QStringLiteral("min"),
                                    QStringLiteral("fencing")};
    return parts.size() > 1 && (lasts.contains(parts.last()) || firsts.contains(parts.first()));
}

/// A literal that begins at `from`: '…' with '' and \ escapes, "…", `…`, $tag$…$tag$; an unfinished one runs to the end.
/// The doubled form ''…'' is a literal inside a literal. Empty when there is none.
Span quotedAt(const QString &text, qsizetype from)
{
    static const QRegularExpression literal = pattern(
        R"re((?:E|N|U&|B|X)?(?|()''([^'\s][^']*)''|()'((?:[^'\\]++|''|\\.)*+)(?:'|\\?$)|()"((?:[^"\\]++|""|\\.)*+)(?:"|\\?$)|()`([^`]*+)(?:`|$)|\$(\w*)\$(.*?)(?:\$\1\$|$)))re");
    const auto match = literal.match(text, from, QRegularExpression::NormalMatch,
                                     QRegularExpression::AnchorAtOffsetMatchOption);
    return match.hasMatch() ? Span{match.capturedStart(2), match.capturedEnd(2)} : Span{from, from};
}

/// A value without quotes: {…} and […] as a whole, else up to a blank, `;`, `&`, a quote, or what closes a list.
Span bareAt(const QString &text, qsizetype from)
{
    static const QRegularExpression bare = pattern(
        R"re(\{(?:[^}]|\}\})*+\}?|\[[^\]]*+\]?|(?:(?![)\]},]+(?:[\s;&"']|$))(?!,\s*[\w.-]+\s*[=:])[^\s;&"'`])+)re");
    static const QRegularExpression harmless = pattern(R"re((?:NULL|\?|\$\d+|true|false)(?![\w$?]))re");
    const auto anchored = QRegularExpression::AnchorAtOffsetMatchOption;
    if (harmless.match(text, from, QRegularExpression::NormalMatch, anchored).hasMatch()) return {from, from};
    const auto match = bare.match(text, from, QRegularExpression::NormalMatch, anchored);
    return match.hasMatch() ? Span{match.capturedStart(), match.capturedEnd()} : Span{from, from};
}

Span valueAt(const QString &text, qsizetype from, bool bareAllowed)
{
    if (from >= text.size()) return {from, from};
    const Span literal = quotedAt(text, from);
    if (literal.begin > from) return literal;
    return bareAllowed ? bareAt(text, from) : literal;
}

/// What a secret name is given: `name = v`, `name: v`, `"name": "v"`, `name => v`, `name('v')`, `name 'v'`.
Span valueAfterName(const QString &text, qsizetype end)
{
    static const QRegularExpression separator =
        pattern(R"re((?:\\?["'`\]])?\s*(?:(?<sign>=>|:=|==?|:)[^\S\n]*|\(?\s*)(?:PASSWORD\s*\(\s*)?)re");
    const auto match = separator.match(text, end, QRegularExpression::NormalMatch,
                                       QRegularExpression::AnchorAtOffsetMatchOption);
    const bool sign = match.capturedStart(u"sign") >= 0;
    // Text in a JSON string has its quotes escaped: \"password\":\"x\".
    static const QRegularExpression escaped = pattern(R"re(\\"(?<v>(?:[^"\\]|\\[^"])*+))re");
    const auto inner = escaped.match(text, match.capturedEnd(), QRegularExpression::NormalMatch,
                                     QRegularExpression::AnchorAtOffsetMatchOption);
    if (sign && inner.hasMatch()) return {inner.capturedStart(u"v"), inner.capturedEnd(u"v")};
    return valueAt(text, match.capturedEnd(), sign);
}

void collectNamed(const QString &text, QList<Span> &spans)
{
    static const QRegularExpression name(QStringLiteral("(?<![\\w-])-{0,2}([A-Za-z_][\\w-]*+)"));
    for (auto it = name.globalMatch(text); it.hasNext();) {
        const auto match = it.next();
        if (!isSecretName(match.captured(1))) continue;
        const bool option = match.capturedView().startsWith(QLatin1String("--"));
        const qsizetype end = match.capturedEnd();
        const bool spaced = option && end + 1 < text.size() && text.at(end) == u' ' && text.at(end + 1) != u'-';
        spans << (spaced ? valueAt(text, end + 1, true) : valueAfterName(text, end));
    }
}

/// Statements where the secret follows key words: the value stands right after the match, quoted or not.
void collectStatements(const QString &text, QList<Span> &spans)
{
    static const QRegularExpression words = pattern(
        R"re(\bIDENTIFIED\s+(?:(?:WITH|VIA)\s+\S+\s+)?(?:BY|AS|USING)\s+(?:VALUES\s+|HASH\s+|PASSWORD\b\s*\(?\s*)?|\bSET\s+PASSWORD\s+FOR\s+[^=;]+=\s*(?:PASSWORD\s*\(\s*)?|\b(?:Bearer|Basic)\s+(?=[\w+/~.=-]{8}))re");
    for (auto it = words.globalMatch(text); it.hasNext();) spans << valueAt(text, it.next().capturedEnd(), true);
}

/// scheme://user:password@host. A password may hold an unescaped '/' or '@': everything up to the last '@' is taken,
/// unless what follows the colon is plainly a port.
void collectUrls(const QString &text, QList<Span> &spans)
{
    static const QRegularExpression url = pattern(
        R"re((?<![a-z0-9+.-])[a-z][a-z0-9+.-]*+://[^\s/?#:@"']*+:(?!\d{1,5}(?:[/?#]|\s|$))(?<v>[^\s"'<>]{0,1024})@)re");
    static const QRegularExpression userInfo = pattern(
        R"re((?<![\w./@:+%-])(?!(?:mailto|e-?mail|sips?|xmpp|acct|from|to|cc|owner|contact|user|username|login|\d+):)[\w.+%-]++:(?!//|@)(?<v>[^\s"'<>]{1,512})@(?!sha256:)(?=[A-Za-z0-9\[]))re");
    for (const QRegularExpression *expression : {&url, &userInfo})
        for (auto it = expression->globalMatch(text); it.hasNext();) {
            const auto match = it.next();
            spans << Span{match.capturedStart(u"v"), match.capturedEnd(u"v")};
        }
}

void collectPrivateKeys(const QString &text, QList<Span> &spans)
{
    static const QRegularExpression pem = pattern(
        R"re(-----BEGIN [A-Z ]*PRIVATE KEY-----(?<v>.*?)(?:-----END [A-Z ]*PRIVATE KEY-----|$))re");
    for (auto it = pem.globalMatch(text); it.hasNext();) {
        const auto match = it.next();
        spans << Span{match.capturedStart(u"v"), match.capturedEnd(u"v")};
    }
}

QString masked(const QString &text, QList<Span> spans)
{
    std::sort(spans.begin(), spans.end(), [](Span a, Span b) { return a.begin < b.begin; });
    QString result;
    qsizetype done = 0;
    for (const Span &span : spans) {
        if (span.end <= span.begin || span.end <= done) continue;
        if (span.begin >= done && !(span.begin == done && done > 0)) {
            result += text.mid(done, span.begin - done) + mask();
        }
        done = span.end;
    }
    return result + text.mid(done);
}

/// What every pattern of this file needs, in lower-case letters without what stands between them: a name may be written
/// api_key, Api-Key or "api key".
constexpr std::string_view kSigns[] = {"pass", "pwd", "privatekey", "secret", "credential", "connectionstring", "cookie", "apikey",
                                       "accesskey", "authorization", "token", "identified", "bearer", "basic"};

constexpr quint32 bitOf(char letter) { return 1u << (letter - 'a'); }

constexpr quint32 firstLetters()
{
    quint32 bits = 0;
    for (const std::string_view sign : kSigns) bits |= bitOf(sign.front());
    return bits;
}

bool holdsSign(std::string_view letters)
{
    for (size_t i = 0; i < letters.size(); ++i) {
        if (letters[i] < 'a' || !(firstLetters() & bitOf(letters[i]))) continue;
        const std::string_view rest = letters.substr(i);
        if (std::any_of(std::begin(kSigns), std::end(kSigns), [rest](std::string_view sign) { return rest.starts_with(sign); })) return true;
    }
    return false;
}

QJsonValue redactValue(const QJsonValue &value);

/// {"field": "password", "before": "x", "after": "y"}: the name is itself a value.
bool namesSecretField(const QJsonObject &object)
{
    for (const auto key : {QLatin1String("field"), QLatin1String("name"), QLatin1String("key"), QLatin1String("option")})
        if (isSecretName(object.value(key).toString())) return true;
    return false;
}

bool isFieldValue(const QString &key)
{
    static const QStringList keys{QStringLiteral("value"), QStringLiteral("before"), QStringLiteral("after"),
                                  QStringLiteral("old"), QStringLiteral("new"), QStringLiteral("default")};
    return keys.contains(key);
}

QJsonValue hidden(const QJsonValue &value)
{
    const bool nothing = value.isNull() || value.isUndefined() || value.isBool() || (value.isString() && value.toString().isEmpty());
    return nothing ? value : QJsonValue(mask());
}

QJsonArray redactArray(const QJsonArray &array)
{
    QJsonArray result;
    for (const QJsonValue &value : array) result.append(redactValue(value));
    return result;
}

QJsonValue redactValue(const QJsonValue &value)
{
    if (value.isObject()) return redact(value.toObject());
    if (value.isArray()) return redactArray(value.toArray());
    return value.isString() ? QJsonValue(redactText(value.toString())) : value;
}

}  // namespace

bool mayHoldSecret(QByteArrayView utf8)
{
    std::string letters;
    letters.reserve(size_t(utf8.size()));
    for (const char c : utf8) {
        // An address, or a letter that is hidden by an escape or matches an ASCII one without regard to case (U+017F, U+212A).
        if (c == '@' || c == '\\' || c == '\xc5' || c == '\xe2') return true;
        if (c >= 'A' && c <= 'Z') letters += char(c | 0x20);
        else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) letters += c;
    }
    return holdsSign(letters);
}

bool isSecretName(const QString &name)
{
    if (name.size() < 2 || name.size() > 255 || !mayHoldSecret(name.toUtf8())) return false;
    static const QRegularExpression stems = pattern(
        "passw(or)?d|passphrase|passcode|secret|credential|apikey|privatekey|accesskey|connectionstring|pgpass|token$|pwd$");
    static const QRegularExpression whole = pattern("^(pwd|pass|tokens?|authorization|cookie)$");
    const QStringList parts = words(name);
    if (onlyDescribes(parts)) return false;
    if (stems.match(parts.join(QString())).hasMatch()) return true;
    return std::any_of(parts.begin(), parts.end(), [](const QString &part) { return whole.match(part).hasMatch(); });
}

QJsonObject redact(const QJsonObject &object)
{
    QJsonObject result;
    const bool field = namesSecretField(object);
    for (auto it = object.begin(); it != object.end(); ++it) {
        const bool secret = isSecretName(it.key()) || (field && isFieldValue(it.key()));
        result.insert(it.key(), secret ? hidden(it.value()) : redactValue(it.value()));
    }
    return result;
}

QString redactText(const QString &text)
{
    if (!mayHoldSecret(text.toUtf8())) return text;
    QList<Span> spans;
    collectPrivateKeys(text, spans);
    collectUrls(text, spans);
    collectStatements(text, spans);
    collectNamed(text, spans);
    return masked(text, std::move(spans));
}

}  // namespace headgate::Redaction
