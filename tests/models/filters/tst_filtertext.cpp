// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/error.h"
#include "models/base/listsql.h"
#include "models/filters/filtertext.h"
#include "tests/support/testregistry.h"

#include <QRandomGenerator>
#include <QRegularExpression>
#include <QTest>

using namespace headgate;

namespace {

using Op = ColumnFilter::Op;
using Type = FilterColumn::Type;

FilterColumn columnOf(Type type) { return {QStringLiteral("c"), type, type == Type::Enum ? QStringList{QStringLiteral("production"), QStringLiteral("staging"), QStringLiteral("standby")} : QStringList()}; }

const QHash<Op, QString> &names()
{
    static const QHash<Op, QString> all{{Op::Equal, QStringLiteral("=")}, {Op::NotEqual, QStringLiteral("<>")}, {Op::In, QStringLiteral("in")},
                                        {Op::Contains, QStringLiteral("has")}, {Op::NotContains, QStringLiteral("!has")}, {Op::AtLeast, QStringLiteral(">=")},
                                        {Op::AtMost, QStringLiteral("<=")}, {Op::Greater, QStringLiteral(">")}, {Op::Less, QStringLiteral("<")},
                                        {Op::Regex, QStringLiteral("re")}, {Op::NotRegex, QStringLiteral("!re")}, {Op::Between, QStringLiteral("in")}, {Op::NotBetween, QStringLiteral("!in")}};
    return all;
}

/// "has[a|b] or >[5]"
QString shown(const FilterText::Parsed &parsed)
{
    if (parsed.fault) return QStringLiteral("fault at %1").arg(parsed.fault->position);
    QStringList parts;
    for (const ColumnFilter &each : parsed.conditions) {
        QStringList values;
        for (const QVariant &value : each.values) values << (value.isValid() ? value.toString() : QStringLiteral("∅"));
        parts << names().value(each.op) + u'[' + values.join(u'|') + u']';
    }
    return parts.join(parsed.isAnyOf ? QStringLiteral(" or ") : QStringLiteral(" and "));
}

}  // namespace

class TstFilterText : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void parses_data();
    void parses();
    void namesTheColumn();
    void formatsWhatItParses_data() { parses_data(); }
    void formatsWhatItParses();
    void survivesAnything();
};

void TstFilterText::parses_data()
{
    QTest::addColumn<int>("type");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("result");
    const auto row = [](Type type, const char *text, const char *result) {
        QTest::addRow("%d %s", int(type), text) << int(type) << QString::fromUtf8(text) << QString::fromUtf8(result);
    };
    row(Type::Text, "", "");
    row(Type::Text, "   ", "");
    row(Type::Text, "lake", "has[lake]");
    row(Type::Text, " two words ", "has[two words]");
    row(Type::Text, "a|b", "has[a|b]");
    row(Type::Text, "=a", "=[a]");
    row(Type::Text, "=a|b", "=[a] or has[b]");
    row(Type::Text, "!a", "!has[a]");
    row(Type::Text, "!a|b", "!has[a|b]");
    row(Type::Text, "<>a|b", "<>[a|b]");
    row(Type::Text, "!=a", "<>[a]");
    row(Type::Text, "!a|=b", "!has[a] and <>[b]");
    row(Type::Text, "NULL", "has[NULL]");
    row(Type::Text, "=NULL", "=[∅]");
    row(Type::Text, "=null|x", "=[∅] or has[x]");
    row(Type::Text, "<>NULL", "<>[∅]");
    row(Type::Text, "=\"NULL\"", "=[NULL]");
    row(Type::Text, "=\"\"", "=[]");
    row(Type::Text, "\" a|b~c \"", "has[ a|b~c ]");
    row(Type::Text, "\"say \"\"hi\"\"\"", "has[say \"hi\"]");
    row(Type::Text, "it's; drop table t --", "has[it's; drop table t --]");
    row(Type::Text, "100%_\\", "has[100%_\\]");
    row(Type::Text, "a~m", "in[a|m]");
    row(Type::Text, "~/data", "has[~/data]");
    row(Type::Text, "a~", "has[a~]");
    row(Type::Text, ">=m", ">=[m]");
    row(Type::Text, ">a|<0", ">[a] or <[0]");
    row(Type::Text, "/^a.*z$/", "re[^a.*z$]");
    row(Type::Text, "/a|b/i", "re[(?i)a|b]");
    row(Type::Text, "/a\\/b/|c", "re[a\\/b] or has[c]");
    row(Type::Text, "!/x/", "!re[x]");
    row(Type::Text, "/var/lib", "fault at 5");
    row(Type::Text, "/a", "fault at 0");
    row(Type::Text, "//", "fault at 1");
    row(Type::Text, "  /a(b/", "fault at 6");
    row(Type::Text, "/(a)\\1/", "fault at 4");
    row(Type::Text, "a|", "fault at 2");
    row(Type::Text, "|a", "fault at 0");
    row(Type::Text, "=", "fault at 1");
    row(Type::Text, "!", "fault at 1");
    row(Type::Text, "a|!b", "fault at 2");
    row(Type::Text, "!>b", "fault at 1");
    row(Type::Text, "\"open", "fault at 0");
    row(Type::Text, "\"a\"b", "fault at 3");
    row(Type::Text, ">\"a\"~b", "fault at 4");
    row(Type::Text, ">NULL", "fault at 1");
    row(Type::Number, "5", "=[5]");
    row(Type::Number, "5|6", "=[5|6]");
    row(Type::Number, "10\xe2\x80\x89" "482 113", "=[10482113]");
    row(Type::Number, ">1.5", ">[1.5]");
    row(Type::Number, "< -2e3", "<[-2000]");
    row(Type::Number, "-5~-1", "in[-5|-1]");
    row(Type::Number, "5~", ">=[5]");
    row(Type::Number, "~5", "<=[5]");
    row(Type::Number, "!1~5|9", "!in[1|5] and <>[9]");
    row(Type::Number, "1~5|9", "in[1|5] or =[9]");
    row(Type::Number, "NULL", "=[∅]");
    row(Type::Number, "!NULL", "<>[∅]");
    row(Type::Number, "9223372036854775807", "=[9223372036854775807]");
    row(Type::Number, "fast", "fault at 0");
    row(Type::Number, ">", "fault at 1");
    row(Type::Number, "1e999", "fault at 0");
    row(Type::Number, "nan", "fault at 0");
    row(Type::Number, "0x10", "fault at 0");
    row(Type::Number, "5~x", "fault at 2");
    row(Type::Number, "/5/", "fault at 0");
    row(Type::Number, "1 or 1=1", "fault at 0");
    row(Type::Time, "today", "=[today]");
    row(Type::Time, "-7d", ">=[-7d]");
    row(Type::Time, "=-7d", "=[-7d]");
    row(Type::Time, "!yesterday", "<>[yesterday]");
    row(Type::Time, "2026-11-01~2026-11-21 09:14", "in[2026-11-01|2026-11-21 09:14]");
    row(Type::Time, ">last  week", ">[last week]");
    row(Type::Time, "-7d~-1d", "in[-7d|-1d]");
    row(Type::Time, "=NULL", "=[∅]");
    row(Type::Time, "soon", "fault at 0");
    row(Type::Time, "today~soon", "fault at 6");
    row(Type::Time, "!-7d", "fault at 1");
    row(Type::Bool, "yes", "=[true]");
    row(Type::Bool, "!TRUE", "<>[true]");
    row(Type::Bool, "0", "=[false]");
    row(Type::Bool, "maybe", "fault at 0");
    row(Type::Bool, ">yes", "fault at 0");
    row(Type::Enum, "prod", "=[production]");
    row(Type::Enum, "STAGING|prod", "=[staging|production]");
    row(Type::Enum, "sta", "fault at 0");
    row(Type::Enum, "=NULL", "=[∅]");
    row(Type::Enum, "lab", "fault at 0");
    row(Type::Enum, "/^sta/", "re[^sta]");
    row(Type::Tags, "pii", "=[pii]");
    row(Type::Tags, "!pii|old", "<>[pii|old]");
    row(Type::Tags, ">pii", "fault at 0");
    row(Type::Tags, "a~b", "fault at 0");
}

void TstFilterText::parses()
{
    QFETCH(int, type);
    QFETCH(QString, text);
    QFETCH(QString, result);
    const auto parsed = FilterText::parse(text, columnOf(Type(type)));
    QCOMPARE(shown(parsed), result);
    if (parsed.fault) QVERIFY(!parsed.fault->message.isEmpty() && parsed.fault->position <= text.size());
}

void TstFilterText::namesTheColumn()
{
    const QList<FilterColumn> columns{columnOf(Type::Number)};
    QCOMPARE(shown(FilterText::parseNamed(QStringLiteral("c:>5"), columns)), QStringLiteral(">[5]"));
    QCOMPARE(shown(FilterText::parseNamed(QStringLiteral("c:>five"), columns)), QStringLiteral("fault at 3"));
    QCOMPARE(shown(FilterText::parseNamed(QStringLiteral("d:>5"), columns)), QStringLiteral("fault at 0"));
    QCOMPARE(shown(FilterText::parseNamed(QStringLiteral(">5"), columns)), QStringLiteral("fault at 0"));
}

void TstFilterText::formatsWhatItParses()
{
    QFETCH(int, type);
    QFETCH(QString, text);
    const FilterColumn column = columnOf(Type(type));
    const auto parsed = FilterText::parse(text, column);
    if (parsed.fault || parsed.conditions.isEmpty()) return;
    for (const ColumnFilter &each : parsed.conditions) QCOMPARE(FilterText::parse(FilterText::format(each, column.type), column).conditions, QList{each});
    if (parsed.isAnyOf) QCOMPARE(FilterText::parse(FilterText::format(parsed.conditions, column.type), column).conditions, parsed.conditions);
}

/// Ten thousand texts made of what means something and what does not: no crash, faults inside the text, and SQL in which
/// nothing stands but our own words.
void TstFilterText::survivesAnything()
{
    const quint32 seed = QRandomGenerator::global()->generate();
    qInfo("seed %u", seed);
    QRandomGenerator random(seed);
    const QStringList pieces{QStringLiteral("!"), QStringLiteral("<>"), QStringLiteral("="), QStringLiteral(">"), QStringLiteral("<="), QStringLiteral("~"), QStringLiteral("|"), QStringLiteral("/"),
                             QStringLiteral("\""), QStringLiteral("'"), QStringLiteral(";"), QStringLiteral("--"), QStringLiteral(":f0"), QStringLiteral("{ts:x}"), QStringLiteral("}"), QStringLiteral("NULL"),
                             QStringLiteral("%1"), QStringLiteral("\\"), QStringLiteral("drop"), QStringLiteral("union select"), QStringLiteral("5"), QStringLiteral("-7d"), QStringLiteral("2026-11-21"), QStringLiteral("yes"),
                             QStringLiteral("production"), QStringLiteral("(a+)+"), QStringLiteral("["), QStringLiteral("?"), QStringLiteral(" "), QString(QChar(0)), QString(QChar(0xd800)), QStringLiteral("🐘"), QStringLiteral("İ"),
                             QStringLiteral("$1"), QStringLiteral("/*"), QStringLiteral("?:"), QStringLiteral("{2,3}"), QStringLiteral("(?i)")};
    const QList<Type> types{Type::Text, Type::Number, Type::Time, Type::Bool, Type::Tags, Type::Enum};
    const QRegularExpression ours(QStringLiteral("^(where|and|or|not|coalesce|false|is|null|cast|as|bigint|double|precision|c|f\\d+|contains|matches|bytewise|has_tag|ts|[ (){}:,<>=])*$"));
    int understood = 0;
    for (int round = 0; round < 10'000; ++round) {
        QString text;
        for (quint32 i = random.bounded(8u); i-- > 0;) text += random.bounded(4) == 0 ? QString(QChar(char16_t(random.bounded(0x10000)))) : pieces.at(random.bounded(pieces.size()));
        const FilterColumn column = columnOf(types.at(random.bounded(types.size())));
        const auto parsed = FilterText::parse(text, column);
        if (parsed.fault) {
            QVERIFY2(parsed.fault->position >= 0 && parsed.fault->position <= text.size() && parsed.conditions.isEmpty(), qPrintable(text));
            continue;
        }
        ListQuery query;
        parsed.addTo(query);
        try {
            const QString sql = ListSql::where(query, {{column.id, {QStringLiteral("c"), column.type}}}).sql();
            QVERIFY2(ours.match(sql).hasMatch(), qPrintable(text + QStringLiteral(" became ") + sql));
            ++understood;
        } catch (const Exception &exception) {
            QCOMPARE(exception.error().kind, ErrorKind::Invalid);  // a NUL, half a surrogate pair
        }
        for (const ColumnFilter &each : parsed.conditions) {
            const auto again = FilterText::parse(FilterText::format(each, column.type), column);
            QVERIFY2(again.conditions == QList{each}, qPrintable(text + QStringLiteral(" was written as ") + FilterText::format(each, column.type)));
        }
    }
    QVERIFY(understood > 1000);
}

HEADGATE_TEST(TstFilterText);
#include "tst_filtertext.moc"
