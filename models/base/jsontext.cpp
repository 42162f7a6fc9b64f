// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/jsontext.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QSet>
#include <QStringList>
#include <algorithm>
#include <tuple>

namespace headgate {

namespace {

constexpr int maxDepth = 500;

QString tr(const char *text) { return QCoreApplication::translate("JsonText", text); }

QString escaped(QString name)
{
    return name.replace(QLatin1Char('~'), QLatin1String("~0")).replace(QLatin1Char('/'), QLatin1String("~1"));
}

/// Reads along the grammar and remembers the way down to where it is. QJsonDocument tells an offset and nothing else.
class Reader {
public:
    explicit Reader(const QString &text) : m_text(text) {}

    std::optional<JsonFault> fault()
    {
        value();
        if (isGood()) skipBlanks();
        if (isGood() && m_at < m_text.size()) fail(tr("Nothing may follow the value."));
        if (m_message.isEmpty()) return std::nullopt;
        const QStringView before = QStringView(m_text).left(m_at);
        const qsizetype lineStart = before.lastIndexOf(u'\n') + 1;
        QString pointer;
        for (const QString &step : std::as_const(m_path)) pointer += QLatin1Char('/') + step;
        return JsonFault{int(before.count(u'\n')) + 1, int(m_at - lineStart) + 1, m_at, pointer, m_message};
    }

private:
    QChar peek() const { return m_at < m_text.size() ? m_text[m_at] : QChar(); }
    bool isGood() const { return m_message.isEmpty(); }
    void fail(const QString &message)
    {
        if (isGood()) m_message = message;
    }
    void skipBlanks()
    {
        while (m_at < m_text.size() && QStringView(u" \t\r\n").contains(m_text[m_at])) ++m_at;
    }
    bool take(char16_t wanted)
    {
        skipBlanks();
        if (peek() != wanted) return false;
        ++m_at;
        return true;
    }

    void value()
    {
        skipBlanks();
        if (m_path.size() >= maxDepth) return fail(tr("This is nested too deeply."));
        if (m_at >= m_text.size()) return fail(tr("The text ends where a value should stand."));
        const QChar c = peek();
        if (c == u'{') return object();
        if (c == u'[') return array();
        if (c == u'"') return void(string());
        if (c == u'-' || (c >= u'0' && c <= u'9')) return number();
        for (const QStringView word : {u"true", u"false", u"null"})
            if (QStringView(m_text).mid(m_at).startsWith(word)) return void(m_at += word.size());
        fail(tr("A value is an object, an array, a text in double quotes, a number, true, false or null."));
    }

    void object()
    {
        ++m_at;
        QSet<QString> names;
        if (take(u'}')) return;
        do {
            skipBlanks();
            const qsizetype start = m_at;
            if (peek() != u'"') return fail(tr("A name in double quotes belongs here."));
            const QString name = string();
            if (!isGood()) return;
            if (names.contains(name)) {
                m_at = start;
                return fail(tr("The name “%1” is there already.").arg(name));
            }
            names.insert(name);
            m_path << escaped(name);
            if (!take(u':')) return fail(tr("A colon belongs between name and value."));
            value();
            if (!isGood()) return;
            m_path.removeLast();
        } while (take(u','));
        if (!take(u'}')) fail(tr("A comma or the closing brace is missing."));
    }

    void array()
    {
        ++m_at;
        if (take(u']')) return;
        int i = 0;
        do {
            m_path << QString::number(i++);
            value();
            if (!isGood()) return;
            m_path.removeLast();
        } while (take(u','));
        if (!take(u']')) fail(tr("A comma or the closing bracket is missing."));
    }

    /// What stands between the quotes, decoded as far as names need it.
    QString string()
    {
        const qsizetype start = m_at++;
        for (; m_at < m_text.size() && m_text[m_at] != u'"'; ++m_at) {
            if (m_text[m_at] < u' ') fail(tr("A control character in a text is written with a backslash, a line break as \\n."));
            if (m_text[m_at] == u'\\' && !escape()) fail(tr("After a backslash stands one of \" \\ / b f n r t or u and four digits."));
            if (!isGood()) return {};
        }
        if (m_at >= m_text.size()) {
            m_at = start;
            fail(tr("This text has no closing quote."));
            return {};
        }
        ++m_at;
        const QByteArray literal = '[' + QStringView(m_text).mid(start, m_at - start).toUtf8() + ']';
        return QJsonDocument::fromJson(literal)[0].toString();
    }

    /// Ends on the last character of it.
    bool escape()
    {
        const QChar kind = m_at + 1 < m_text.size() ? m_text[m_at + 1] : QChar();
        if (QStringView(u"\"\\/bfnrt").contains(kind) && !kind.isNull()) {
            ++m_at;
            return true;
        }
        const QStringView digits = QStringView(m_text).mid(m_at + 2, 4);
        const bool isHex = digits.size() == 4 && std::ranges::all_of(digits, [](QChar c) { return QStringView(u"0123456789abcdefABCDEF").contains(c); });
        if (kind != u'u' || !isHex) return false;
        m_at += 5;
        return true;
    }

    bool digits()
    {
        const qsizetype start = m_at;
        while (peek() >= u'0' && peek() <= u'9') ++m_at;
        return m_at > start;
    }
    void number()
    {
        const qsizetype start = m_at;
        if (peek() == u'-') ++m_at;
        const bool isZero = peek() == u'0';
        const qsizetype whole = m_at;
        bool ok = digits() && !(isZero && m_at > whole + 1);
        if (ok && peek() == u'.') {
            ++m_at;
            ok = digits();
        }
        if (ok && (peek() == u'e' || peek() == u'E')) {
            ++m_at;
            if (peek() == u'+' || peek() == u'-') ++m_at;
            ok = digits();
        }
        bool fits = true;
        // Qt keeps a whole number as 64 bits or, rounded without a word, as a double.
        const QStringView text = QStringView(m_text).mid(start, m_at - start);
        const bool isWhole = !text.contains(u'.') && !text.contains(u'e', Qt::CaseInsensitive);
        if (ok && isWhole) std::ignore = text.toLongLong(&fits);
        else if (ok) std::ignore = text.toDouble(&fits);
        if (ok && fits) return;
        m_at = start;
        fail(ok ? tr("This number is too large or too small.") : tr("This is no number."));
    }

    const QString &m_text;
    qsizetype m_at = 0;
    QStringList m_path;
    QString m_message;
};

}  // namespace

std::optional<JsonFault> findJsonFault(const QString &text)
{
    return Reader(text).fault();
}

QString formattedJson(const QString &text)
{
    return QString::fromUtf8(QJsonDocument::fromJson(text.toUtf8()).toJson()).trimmed();
}

}  // namespace headgate
