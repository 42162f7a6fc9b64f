// SPDX-License-Identifier: GPL-3.0-or-later
//
// A person at the real window: loaded into headgate with LD_PRELOAD, it scrolls, jumps, filters, searches, sorts, brushes,
// edits, exports and refreshes for HEADGATE_SESSION_SECONDS, knowing no more of the window than an assistive technology
// does: classes of widgets, texts and accessible names. Each act is one event on the event loop. Meanwhile a beat every
// four milliseconds tells when the event loop was held up. At the end a line of JSON goes to standard output: each beat
// that was late with its time on the monotonic clock (the control process's beats are compared by who started this), the
// acts done, and the resident memory at its highest. Then the program ends.
#include <QAbstractScrollArea>
#include <QApplication>
#include <QDialog>
#include <QFile>
#include <QFileDialog>
#include <QHeaderView>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLineEdit>
#include <QListView>
#include <QMainWindow>
#include <QMouseEvent>
#include <QPointer>
#include <QScrollBar>
#include <QToolButton>
#include <QTimer>
#include <QWheelEvent>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <vector>

namespace {

using namespace Qt::StringLiterals;
using Act = std::function<bool()>;

constexpr int kBeatMs = 4;

qint64 nowNs()
{
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

qint64 residentKib()
{
    QFile status(u"/proc/self/status"_s);
    if (!status.open(QIODevice::ReadOnly)) return 0;
    const QByteArray text = status.readAll();
    return text.mid(text.indexOf("VmRSS:") + 6).trimmed().split(' ').first().toLongLong();
}

/// The visible widget of a class, by the name that its meta-object has.
QWidget *visible(const char *className)
{
    for (QWidget *widget : QApplication::allWidgets())
        if (widget->inherits(className) && widget->isVisible() && !widget->visibleRegion().isEmpty()) return widget;
    return nullptr;
}

QAbstractButton *button(const QString &words)
{
    for (QWidget *widget : QApplication::allWidgets()) {
        auto *found = qobject_cast<QAbstractButton *>(widget);
        if (!found || !found->isVisible() || !found->isEnabled()) continue;
        QString text = found->text();
        if (text.remove(u'&').startsWith(words, Qt::CaseInsensitive) || found->accessibleName().startsWith(words, Qt::CaseInsensitive)) return found;
    }
    return nullptr;
}

void key(QWidget *to, int code, Qt::KeyboardModifiers modifiers = {}, const QString &text = {})
{
    for (const QEvent::Type type : {QEvent::KeyPress, QEvent::KeyRelease})
        QApplication::postEvent(to, new QKeyEvent(type, code, modifiers, text));
}

void mouse(QWidget *to, QEvent::Type type, const QPointF &at, Qt::MouseButtons held)
{
    QApplication::postEvent(to, new QMouseEvent(type, at, to->mapToGlobal(at), type == QEvent::MouseMove ? Qt::NoButton : Qt::LeftButton, held, Qt::NoModifier));
}

void click(QWidget *to, const QPointF &at)
{
    mouse(to, QEvent::MouseButtonPress, at, Qt::LeftButton);
    mouse(to, QEvent::MouseButtonRelease, at, Qt::NoButton);
}

class Driver : public QObject {
public:
    explicit Driver(int seconds) : m_end(nowNs() + qint64(seconds) * 1'000'000'000)
    {
        m_beat.setTimerType(Qt::PreciseTimer);
        connect(&m_beat, &QTimer::timeout, this, &Driver::beat);
        connect(&m_step, &QTimer::timeout, this, &Driver::step);
        connect(&m_memory, &QTimer::timeout, this, [this] { m_highestKib = std::max(m_highestKib, residentKib()); });
        m_wait.setInterval(200);
        connect(&m_wait, &QTimer::timeout, this, &Driver::begin);
        m_wait.start();
    }

private:
    void begin()
    {
        if (!goTo(u"Audit"_s)) return;
        m_wait.stop();
        m_last = nowNs();
        m_beat.start(kBeatMs);
        m_memory.start(500);
        m_step.start(120);
    }

    void beat()
    {
        const qint64 now = nowNs();
        const double gap = double(now - m_last) / 1e6;
        m_gaps.push_back(gap);
        if (gap > 2 * kBeatMs) m_late.append(QJsonArray{double(m_last), double(now), m_doing});
        m_last = now;
    }

    void step()
    {
        if (nowNs() > m_end) return finish();
        if (m_acts.empty()) plan();
        const auto [name, act] = m_acts.front();
        m_acts.erase(m_acts.begin());
        m_doing = name;
        if (act()) m_done[name] = m_done[name].toInt() + 1;
    }

    void add(const QString &name, const Act &act, int times = 1)
    {
        for (int i = 0; i < times; ++i) m_acts.push_back({name, act});
    }
    /// Time for what was asked to be answered.
    void pause(int steps) { add(u"pause"_s, [] { return true; }, steps); }

    void plan()
    {
        ++m_round;
        add(u"page"_s, [] { return goTo(u"Audit"_s); });
        pause(8);
        add(u"scroll"_s, [] { return wheel(-240); }, 25);
        add(u"scroll"_s, [] { return onList([](QWidget *list) { key(list, Qt::Key_PageDown); }); }, 10);
        for (const double part : {0.5, 0.11, 0.93, 0.37, 1.0, 0.0}) {
            add(u"jump"_s, [part] { return jump(part); });
            pause(3);
        }
        add(u"jump"_s, [] { return onList([](QWidget *list) { key(list, Qt::Key_End, Qt::ControlModifier); }); });
        pause(4);
        add(u"jump"_s, [] { return onList([](QWidget *list) { key(list, Qt::Key_Home, Qt::ControlModifier); }); });
        type(u"zephyr"_s);
        type(u"orders_eu"_s);
        for (const int section : {2, 2, 0}) {
            add(u"sort"_s, [section] { return sortBy(section); });
            pause(10);
        }
        add(u"brush"_s, [] { return brush(0.3, 0.35); });
        pause(12);
        add(u"brush"_s, [] { return brush(0.6, 0.8); });
        pause(12);
        add(u"brush"_s, [] { return onWidget("headgate::HistogramView", [](QWidget *view) { key(view, Qt::Key_Escape); }); });
        pause(5);
        add(u"export"_s, [] { return press(u"Export"_s); });
        pause(4);
        add(u"export"_s, [this] { return chooseFile(); });
        pause(10);
        add(u"refresh"_s, [] { return onWidget("QMainWindow", [](QWidget *window) { key(window, Qt::Key_F5); }); });
        pause(6);
        add(u"page"_s, [] { return goTo(u"Connections"_s); });
        pause(5);
        add(u"edit"_s, [] { return onList([](QWidget *list) { key(list, Qt::Key_Home, Qt::ControlModifier); key(list, Qt::Key_F2); }); });
        pause(3);
        add(u"edit"_s, [] { return typeIntoEditor(u"x"_s); });
        pause(2);
        add(u"close"_s, [] { return escape(); }, 3);
        pause(3);
    }

    void type(const QString &words)
    {
        for (const QChar letter : words) add(u"search"_s, [letter] { return onSearch([letter](QLineEdit *field) { field->insert(letter); }); });
        pause(14);
        add(u"search"_s, [] { return onSearch([](QLineEdit *field) { field->clear(); }); });
        pause(6);
    }

    static bool onWidget(const char *className, const std::function<void(QWidget *)> &act)
    {
        QWidget *widget = visible(className);
        if (widget) act(widget);
        return widget != nullptr;
    }
    static bool onList(const std::function<void(QWidget *)> &act) { return onWidget("headgate::ListView", act); }
    static bool onSearch(const std::function<void(QLineEdit *)> &act)
    {
        for (QWidget *widget : QApplication::allWidgets()) {
            auto *field = qobject_cast<QLineEdit *>(widget);
            if (!field || !field->isVisible() || !field->placeholderText().contains(u"search"_s, Qt::CaseInsensitive)) continue;
            act(field);
            return true;
        }
        return false;
    }
    /// In the list of pages.
    static bool goTo(const QString &page)
    {
        for (QWidget *widget : QApplication::allWidgets()) {
            auto *pages = qobject_cast<QListView *>(widget);
            if (!pages || !pages->isVisible() || pages->accessibleName() != u"Pages"_s) continue;
            for (int row = 0; row < pages->model()->rowCount(); ++row) {
                const QModelIndex index = pages->model()->index(row, 0);
                if (!index.data().toString().startsWith(page)) continue;
                click(pages->viewport(), pages->visualRect(index).center());
                return true;
            }
        }
        return false;
    }
    static bool press(const QString &words)
    {
        QAbstractButton *found = button(words);
        // Later: a menu or a dialog would keep this event from ending.
        if (found) QTimer::singleShot(0, found, &QAbstractButton::click);
        return found != nullptr;
    }
    static bool wheel(int delta)
    {
        return onList([delta](QWidget *list) {
            QWidget *viewport = static_cast<QAbstractScrollArea *>(list)->viewport();
            const QPointF at = viewport->rect().center();
            QApplication::postEvent(viewport, new QWheelEvent(at, viewport->mapToGlobal(at), {}, {0, delta}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false));
        });
    }
    static bool jump(double part)
    {
        return onList([part](QWidget *list) {
            QScrollBar *bar = static_cast<QAbstractScrollArea *>(list)->verticalScrollBar();
            bar->setValue(bar->minimum() + int(part * double(bar->maximum() - bar->minimum())));
        });
    }
    static bool sortBy(int section)
    {
        return onList([section](QWidget *list) {
            auto *header = list->findChild<QHeaderView *>();
            if (!header) return;
            click(header->viewport(), QPointF(header->sectionViewportPosition(section) + 20, header->height() / 2));
        });
    }
    static bool brush(double from, double to)
    {
        return onWidget("headgate::HistogramView", [from, to](QWidget *view) {
            const auto at = [view](double part) { return QPointF(view->width() * part, view->height() / 2.0); };
            mouse(view, QEvent::MouseButtonPress, at(from), Qt::LeftButton);
            for (int i = 1; i <= 10; ++i) mouse(view, QEvent::MouseMove, at(from + (to - from) * i / 10), Qt::LeftButton);
            mouse(view, QEvent::MouseButtonRelease, at(to), Qt::NoButton);
        });
    }
    bool chooseFile()
    {
        auto *dialog = static_cast<QFileDialog *>(visible("QFileDialog"));
        if (!dialog) return escape();
        dialog->selectFile(qEnvironmentVariable("HEADGATE_SESSION_EXPORT", u"/tmp/session-%1.csv"_s.arg(m_round)));
        static_cast<QDialog *>(dialog)->accept();
        return true;
    }
    static bool typeIntoEditor(const QString &text)
    {
        auto *field = qobject_cast<QLineEdit *>(QApplication::focusWidget());
        if (!field) return false;
        field->insert(text);
        key(field, Qt::Key_Return);
        return true;
    }
    static bool escape()
    {
        QWidget *top = QApplication::activePopupWidget() ? QApplication::activePopupWidget() : visible("QDialog");
        if (!top) top = QApplication::focusWidget();
        if (top) key(top, Qt::Key_Escape);
        return top != nullptr;
    }

    void finish()
    {
        m_step.stop();
        m_beat.stop();
        std::sort(m_gaps.begin(), m_gaps.end());
        const auto at = [this](double part) { return m_gaps.empty() ? 0 : m_gaps[std::min(m_gaps.size() - 1, size_t(part * double(m_gaps.size())))]; };
        const QJsonObject told{{u"beats"_s, qint64(m_gaps.size())}, {u"p999_ms"_s, at(0.999)}, {u"max_ms"_s, at(1)}, {u"rounds"_s, m_round},
                               {u"acts"_s, m_done}, {u"rss_mib"_s, double(m_highestKib) / 1024}, {u"late"_s, m_late}};
        std::printf("SESSION %s\n", QJsonDocument(told).toJson(QJsonDocument::Compact).constData());
        std::fflush(stdout);
        QApplication::exit(0);
    }

    qint64 m_end;
    qint64 m_last = 0;
    qint64 m_highestKib = 0;
    int m_round = 0;
    QString m_doing;
    QTimer m_wait, m_beat, m_step, m_memory;
    std::vector<double> m_gaps;
    QJsonArray m_late;
    QJsonObject m_done;
    std::vector<std::pair<QString, Act>> m_acts;
};

void startDriver()
{
    const int seconds = qEnvironmentVariableIntValue("HEADGATE_SESSION_SECONDS");
    if (seconds > 0 && qobject_cast<QApplication *>(QCoreApplication::instance())) new Driver(seconds);
}

}  // namespace

Q_COREAPP_STARTUP_FUNCTION(startDriver)
