// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/theme.h"

#include <QApplication>
#include <QFontDatabase>
#include <QIcon>
#include <QPainter>
#include <QPixmap>
#include <QProxyStyle>
#include <cmath>
#include <utility>

namespace headgate {

namespace {

/// WCAG 2.1, level AA.
constexpr double kReadable = 4.5;

struct Pair {
    const char *light;
    const char *dark;
};

Pair hexOf(Theme::Role role)
{
    switch (role) {
    case Theme::Window: return {"#F6F7F9", "#15181D"};
    case Theme::Base: return {"#FFFFFF", "#1B1F25"};
    case Theme::Alternate: return {"#FAFBFC", "#20252C"};
    case Theme::Text: return {"#1B1F24", "#E6EAF0"};
    case Theme::Muted:
    case Theme::Neutral: return {"#59636E", "#9AA4B2"};
    case Theme::Border: return {"#D8DEE4", "#323943"};
    case Theme::Accent:
    case Theme::Info: return {"#2563EB", "#6EA8FE"};
    case Theme::OnAccent: return {"#FFFFFF", "#10131A"};
    case Theme::Success: return {"#1A7F37", "#3FB950"};
    case Theme::Warning: return {"#9A6700", "#D29922"};
    case Theme::Error: return {"#CF222E", "#F85149"};
    }
    return {"#000000", "#FFFFFF"};
}

QColor mix(const QColor &over, const QColor &under, double opacity)
{
    const auto channel = [opacity](int a, int b) { return int(std::lround(a * opacity + b * (1 - opacity))); };
    return QColor(channel(over.red(), under.red()), channel(over.green(), under.green()), channel(over.blue(), under.blue()));
}

double luminance(const QColor &color)
{
    const auto linear = [](double c) { return c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

QPixmap tinted(const QPixmap &source, const QColor &color)
{
    QPixmap pixmap = source;
    QPainter painter(&pixmap);
    painter.setCompositionMode(QPainter::CompositionMode_SourceIn);
    painter.fillRect(pixmap.rect(), color);
    return pixmap;
}

/// Fusion; but the desktop's icon that empties a line is dark on every ground, and a style sheet cannot name another.
class Style : public QProxyStyle {
public:
    Style() : QProxyStyle(QStringLiteral("Fusion")) {}
    QIcon standardIcon(StandardPixmap icon, const QStyleOption *option, const QWidget *widget) const override
    {
        if (icon == SP_LineEditClearButton) return QIcon(QStringLiteral(":/marks/clear.svg"));
        return QProxyStyle::standardIcon(icon, option, widget);
    }
    int styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget, QStyleHintReturn *data) const override
    {
        // Their verbs say it; the desktop's icons for them vanish on a dark ground.
        return hint == SH_DialogButtonBox_ButtonsHaveIcons ? 0 : QProxyStyle::styleHint(hint, option, widget, data);
    }
};

}  // namespace

double contrast(const QColor &a, const QColor &b)
{
    const double one = luminance(a);
    const double two = luminance(b);
    return (std::max(one, two) + 0.05) / (std::min(one, two) + 0.05);
}

Theme::Theme(QApplication &application, Sheet sheet, QObject *parent)
    : QObject(parent), m_application(application), m_hasSheet(sheet == Sheet::Now)
{
    QApplication::setPalette(QPalette());  // the desktop's own
    const QPalette before = QApplication::palette();
    m_systemIsDark = before.color(QPalette::Window).lightness() < before.color(QPalette::WindowText).lightness();
    QApplication::setStyle(new Style);
    QIcon::setThemeSearchPaths({QStringLiteral("/usr/share/icons"), QStringLiteral(":/icons")});
    apply();
}

void Theme::setMode(Mode mode)
{
    if (mode == m_mode) return;
    m_mode = mode;
    apply();
}

void Theme::applySheet()
{
    if (!std::exchange(m_hasSheet, true)) m_application.setStyleSheet(styleSheet());
}

void Theme::apply()
{
    m_dark = m_mode == Mode::Dark || (m_mode == Mode::System && m_systemIsDark);
    QIcon::setThemeName(QStringLiteral("breeze"));  // one set of shapes: every icon is tinted
    QApplication::setPalette(palette());
    if (m_hasSheet) m_application.setStyleSheet(styleSheet());
    Q_EMIT changed();
}

QColor Theme::color(Role role) const
{
    const Pair pair = hexOf(role);
    return QColor(QLatin1String(m_dark ? pair.dark : pair.light));
}

QColor Theme::ground(Role role) const
{
    // As strong as the mark on it stays readable.
    double opacity = m_dark ? 0.16 : 0.09;
    while (opacity > 0.02 && contrast(color(role), mix(color(role), color(Base), opacity)) < kReadable) opacity -= 0.01;
    return mix(color(role), color(Base), opacity);
}

QColor Theme::ink(Role role, const QColor &ground) const
{
    QColor ink = color(role);
    for (double share = 0.1; share < 1 && contrast(ink, ground) < kReadable; share += 0.1) ink = mix(color(Text), color(role), share);
    return ink;
}

QColor Theme::selection(Role on) const
{
    return mix(color(Accent), color(on), m_dark ? 0.2 : 0.13);
}

QColor Theme::hover() const
{
    return mix(color(Text), color(Base), m_dark ? 0.08 : 0.05);
}

QColor Theme::chartColor(int index) const
{
    // Okabe and Ito's palette, safe for colour-blind eyes.
    static const char *const colors[] = {"#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#999999"};
    const QColor base(QLatin1String(colors[index % 8]));
    return m_dark ? mix(Qt::white, base, 0.1) : base;
}

QColor Theme::environmentColor(const QString &environment) const
{
    if (environment == u"development") return QColor(QLatin1String("#3FB950"));
    if (environment == u"test") return QColor(QLatin1String("#6EA8FE"));
    if (environment == u"staging") return QColor(QLatin1String("#D29922"));
    if (environment == u"production") return QColor(QLatin1String("#CF222E"));
    return color(Muted);
}

Theme::Role Theme::statusRole(const QString &status)
{
    if (status == u"success" || status == u"pass" || status == u"ok" || status == u"up") return Success;
    if (status == u"warning" || status == u"warn" || status == u"failing") return Warning;
    if (status == u"failure" || status == u"fail" || status == u"error" || status == u"down") return Error;
    if (status == u"running") return Info;
    return Neutral;
}

QFont Theme::titleFont() const
{
    QFont font = QApplication::font();
    font.setPointSizeF(font.pointSizeF() + 5);
    font.setWeight(QFont::DemiBold);
    return font;
}

QFont Theme::sectionFont() const
{
    QFont font = semibold();
    font.setPointSizeF(font.pointSizeF() + 1);
    return font;
}

QFont Theme::fixedFont() const
{
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    font.setPointSizeF(QApplication::font().pointSizeF() - 0.5);
    return font;
}

QFont Theme::semibold() const
{
    QFont font = QApplication::font();
    font.setWeight(QFont::DemiBold);
    return font;
}

QIcon Theme::icon(const QString &name, Role role) const
{
    const QIcon source = QIcon::fromTheme(name);
    QIcon icon;
    for (const int size : {16, 22, 32}) {
        // From 32 on Breeze's shapes are filled pictures, of which a tint leaves a blot: the larger size of the line drawing.
        const int drawn = qMin(size, 22);
        QPixmap pixmap = source.pixmap(QSize(drawn, drawn), double(size) / drawn);
        if (pixmap.isNull()) continue;
        pixmap.setDevicePixelRatio(1);
        icon.addPixmap(tinted(pixmap, color(role)));
        icon.addPixmap(tinted(pixmap, mix(color(role), color(Window), 0.4)), QIcon::Disabled);
    }
    return icon;
}

QPalette Theme::palette() const
{
    QPalette p;
    const QColor muted = color(Muted);
    p.setColor(QPalette::Window, color(Window));
    p.setColor(QPalette::WindowText, color(Text));
    p.setColor(QPalette::Base, color(Base));
    p.setColor(QPalette::AlternateBase, color(Alternate));
    p.setColor(QPalette::Text, color(Text));
    p.setColor(QPalette::PlaceholderText, muted);
    p.setColor(QPalette::Button, color(Base));
    p.setColor(QPalette::ButtonText, color(Text));
    p.setColor(QPalette::BrightText, color(Error));
    p.setColor(QPalette::ToolTipBase, color(Alternate));
    p.setColor(QPalette::ToolTipText, color(Text));
    p.setColor(QPalette::Highlight, selection());
    p.setColor(QPalette::HighlightedText, color(Text));
    p.setColor(QPalette::Link, color(Accent));
    p.setColor(QPalette::Light, color(Alternate));
    p.setColor(QPalette::Midlight, color(Alternate));
    p.setColor(QPalette::Mid, color(Border));
    p.setColor(QPalette::Dark, color(Border));
    p.setColor(QPalette::Shadow, color(Border));
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        p.setColor(QPalette::Disabled, role, mix(muted, color(Window), 0.7));
    return p;
}

QString Theme::styleSheet() const
{
    QString sheet = QStringLiteral(R"(
QToolTip { color: @text; background: @alternate; border: 1px solid @border; padding: 4px; }
QPushButton { background: @base; border: 1px solid @border; border-radius: 6px; padding: 5px 12px; min-height: 18px; }
QPushButton:hover { background: @hover; }
QPushButton:pressed { background: @selected; }
QPushButton:focus, QToolButton:focus { border: 1px solid @accent; }
QPushButton:disabled { color: @disabled; }
QPushButton[kind="primary"] { background: @accent; color: @onaccent; border-color: @accent; font-weight: 600; }
QPushButton[kind="primary"]:hover { background: @accenthover; }
QPushButton[kind="primary"]:focus { border: 2px solid @text; padding: 4px 11px; }
QPushButton[kind="primary"]:disabled { background: @border; border-color: @border; color: @muted; }
QPushButton[kind="destructive"] { background: @error; color: @base; border-color: @error; font-weight: 600; }
QPushButton[kind="destructive"]:focus { border: 2px solid @text; padding: 4px 11px; }
QPushButton[kind="destructive"]:disabled { background: @border; border-color: @border; color: @muted; }
QPushButton[kind="link"] { background: transparent; border: 1px solid transparent; color: @accent; padding: 2px 4px; text-align: left; }
QPushButton[kind="link"]:hover { text-decoration: underline; }
QPushButton[kind="link"]:focus { border: 1px solid @accent; }
QToolButton { border: 1px solid transparent; border-radius: 6px; padding: 4px 8px; }
QToolButton:hover { background: @hover; }
QToolButton[chip="true"] { background: @base; border: 1px solid @border; border-radius: 12px; padding: 3px 10px; }
QToolButton[chip="true"][filtering="true"], QToolButton[chip="true"]:checked { border-color: @accent; color: @accent; background: @selected; }
QToolButton[chip="true"]:focus { border: 1px solid @accent; }
QToolButton::menu-indicator, QPushButton::menu-indicator { image: none; }
QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QSpinBox, QDateEdit, QDateTimeEdit { background: @base; border: 1px solid @border; border-radius: 6px; padding: 4px 8px; selection-background-color: @selected; selection-color: @text; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QComboBox:focus, QSpinBox:focus, QDateEdit:focus, QDateTimeEdit:focus { border: 1px solid @accent; }
QLineEdit[invalid="true"], QPlainTextEdit[invalid="true"], QComboBox[invalid="true"] { border: 1px solid @error; }
QLineEdit:disabled, QComboBox:disabled, QPlainTextEdit:disabled { background: @alternate; color: @muted; }
QComboBox::drop-down { border: none; width: 24px; }
QComboBox::down-arrow { image: url(:/marks/arrow-down-@shade.svg); width: 14px; height: 14px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { background: transparent; border: none; width: 20px; }
QAbstractSpinBox::up-arrow { image: url(:/marks/arrow-up-@shade.svg); width: 12px; height: 12px; }
QAbstractSpinBox::down-arrow { image: url(:/marks/arrow-down-@shade.svg); width: 12px; height: 12px; }
QDateEdit::drop-down, QDateTimeEdit::drop-down { border: none; width: 24px; }
QDateEdit::down-arrow, QDateTimeEdit::down-arrow { image: url(:/marks/arrow-down-@shade.svg); width: 14px; height: 14px; }
QCheckBox::indicator, QTableView::indicator, QTreeView::indicator { width: 12px; height: 12px; border: 1px solid @muted; border-radius: 3px; background: @base; }
QCheckBox::indicator:checked, QTableView::indicator:checked, QTreeView::indicator:checked { border-color: @accent; image: url(:/marks/check-@shade.svg); }
QCheckBox::indicator:focus { border-color: @accent; }
QCheckBox::indicator:disabled { border-color: @border; }
QComboBox QAbstractItemView { background: @base; border: 1px solid @border; selection-background-color: @selected; selection-color: @text; }
QMenu { background: @base; border: 1px solid @border; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 12px; border-radius: 4px; }
QMenu::item:selected { background: @selected; }
QMenu::separator { height: 1px; background: @border; margin: 4px 8px; }
QHeaderView { background: @alternate; }
QHeaderView::section { background: @alternate; color: @muted; font-weight: 600; border: none; border-bottom: 1px solid @border; padding: 0 8px; }
QTableView, QListView, QTreeView, headgate--RowView { background: @base; border: none; gridline-color: @border; selection-background-color: @selected; selection-color: @text; }
QTableWidget QHeaderView::section { padding: 0 3px; }
QTableCornerButton::section { background: @alternate; border: none; }
QTabWidget::pane { border: none; border-top: 1px solid @border; top: -1px; }
QTabBar { background: transparent; }
QTabBar::tab { background: transparent; border: none; border-bottom: 2px solid transparent; color: @muted; padding: 8px 12px; }
QTabBar::tab:selected { color: @accent; border-bottom: 2px solid @accent; font-weight: 600; }
QTabBar::tab:focus { background: @hover; }
QTabBar::tab:disabled { color: @disabled; }
QScrollArea { background: transparent; border: none; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QSlider::groove:horizontal { border: 1px solid @border; height: 2px; border-radius: 2px; background: @border; }
QSlider::handle:horizontal { width: 12px; margin: -6px 0; border: 2px solid @accent; border-radius: 7px; background: @base; }
QSlider::handle:horizontal:disabled { border-color: @border; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: @border; border-radius: 4px; min-height: 28px; min-width: 28px; margin: 1px; }
QScrollBar::handle:hover { background: @muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QSplitter::handle { background: transparent; }
QProgressBar { background: @border; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }
QProgressBar::chunk { background: @accent; border-radius: 3px; }
QFrame[card="true"] { background: @base; border: 1px solid @border; border-radius: 6px; }
QFrame[line="true"] { background: @border; border: none; }
QLabel[muted="true"] { color: @muted; }
QLabel[error="true"] { color: @error; }
QLabel[code="true"] { background: @alternate; border: 1px solid @border; border-radius: 6px; padding: 6px 8px; }
QWidget#navigation { background: @window; border-right: 1px solid @border; }
QWidget#header { background: @base; }
QWidget#statusLine { background: @base; border-top: 1px solid @border; }
QWidget#statusLine QLabel, QWidget#statusLine QToolButton { color: @muted; }
QWidget#statusLine QToolButton { padding: 0 4px; border-radius: 4px; }
QListView#navigationList, QListView#paletteList { background: transparent; outline: none; }
QPushButton#paletteField { text-align: left; background: @alternate; color: @muted; font-weight: 400; }
QFrame#palette { background: @base; border: 1px solid @muted; border-radius: 6px; }
QFrame#palette QLineEdit { border: none; border-bottom: 1px solid @border; border-radius: 0; padding: 8px; background: transparent; }
QFrame#notifications { background: @window; border: none; border-left: 1px solid @border; }
QToolButton[alert="true"] { color: @error; font-weight: 600; }
)");
    const auto put = [&sheet](const char *name, const QColor &color) { sheet.replace(QLatin1String(name), color.name()); };
    sheet.replace(QLatin1String("@shade"), QLatin1String(m_dark ? "dark" : "light"));
    put("@accenthover", mix(color(Text), color(Accent), 0.12));
    put("@onaccent", color(OnAccent));
    put("@alternate", color(Alternate));
    put("@selected", selection());
    put("@disabled", mix(color(Muted), color(Window), 0.7));
    put("@hover", hover());
    put("@accent", color(Accent));
    put("@border", color(Border));
    put("@window", color(Window));
    put("@muted", color(Muted));
    put("@error", color(Error));
    put("@base", color(Base));
    put("@text", color(Text));
    return sheet;
}

}  // namespace headgate
