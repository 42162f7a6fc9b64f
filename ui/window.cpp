// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/audit/auditservice.h"
#include "app/base/attach.h"
#include "app/base/job.h"
#include "app/base/tasks.h"
#include "app/connections/connectionservice.h"
#include "app/connections/healthscheduler.h"
#include "app/sample/sampleworkspace.h"
#include "app/workspace/windowoptions.h"
#include "app/workspace/workspace.h"
#include "ui/audit/auditpage.h"
#include "ui/audit/integrityacts.h"
#include "ui/base/filedialogs.h"
#include "ui/base/listactions.h"
#include "ui/base/messages.h"
#include "ui/base/notifications.h"
#include "ui/base/theme.h"
#include "ui/connections/connectionpalette.h"
#include "ui/connections/connectionspage.h"
#include "ui/connections/discoverytab.h"
#include "ui/connections/healthnotices.h"
#include "ui/connections/readinessview.h"
#include "ui/overview/overviewpage.h"
#include "ui/shell/healthwatch.h"
#include "ui/shell/mainwindow.h"
#include "ui/shell/openworkspacedialog.h"
#include "ui/shell/screenshots.h"
#include "ui/shell/startdialog.h"
#include "ui/shell/welcomepage.h"
#include "ui/shell/workspacestatus.h"

#include <QApplication>
#include <QPointer>
#include <QProcessEnvironment>
#include <QSettings>
#include <QTextStream>
#include <QThreadPool>
#include <algorithm>
#include <headgate_version.h>

namespace headgate {

namespace {

/// Puts the window together and keeps what it stands on, in the order in which it must go: window, pages, workspace.
class Composition : public QObject {
public:
    Composition(QApplication &application, const WindowOptions &options)
        : m_options(options), m_theme(application, Theme::Sheet::Later), m_settings(QSettings::IniFormat, QSettings::UserScope, QStringLiteral("headgate"), QStringLiteral("window"))
    {
        // Before any window: a refusal must not flash in the light.
        m_theme.setMode(Theme::Mode(std::clamp(m_settings.value(QStringLiteral("window/theme")).toInt(), 0, 2)));
    }
    ~Composition() override
    {
        if (m_session) m_session->window.reset();
        m_threads.waitForDone();
    }

    void start()
    {
        const Result<WorkspaceAddress> address =
            WorkspaceLocator::resolve(m_options.workspace, QProcessEnvironment::systemEnvironment(), WorkspaceLocator::lastOpened(), WorkspaceLocator::embeddedPath());
        address.ok() ? open(*address) : refuse(address.error());
    }

private:
    using Opened = Result<std::shared_ptr<Workspace>>;

    /// A window and what it stands on, in the order in which they are made.
    struct Session {
        std::shared_ptr<Workspace> workspace;
        JobRegistry jobs;
        NotificationCenter notifications;
        WorkspaceStatus status;
        std::unique_ptr<HealthWatch> health;
        std::unique_ptr<HealthScheduler> scheduler;
        std::unique_ptr<HealthNotices> healthNotices;
        std::unique_ptr<ConnectionPalette> palette;
        std::unique_ptr<MainWindow> window;
        IntegrityActs *integrity = nullptr;  ///< the audit page's
    };

    /// Opening may wait for a server: on a thread of its own, and the present window stays live meanwhile.
    void open(const WorkspaceAddress &address)
    {
        WorkspaceOptions options;
        options.address = address;
        options.front = Front::Window;
        const auto work = [options] {
            auto opened = Workspace::open(options);
            opened.orThrow();
            return std::shared_ptr<Workspace>(std::move(opened.value()));
        };
        attach(this, runTask(m_threads, work), [this, opening = ++m_opening](const Opened &opened) {
            if (opening == m_opening) opened.ok() ? show(*opened) : refuse(opened.error());
        });
    }

    void refuse(const Error &error)
    {
        if (!m_options.screenshotsFolder.isEmpty()) return fail(error.text());
        if (m_openDialog) return m_openDialog->setError(error);
        if (m_startDialog) return m_startDialog->setError(error);
        m_theme.applySheet();
        m_startDialog = new StartDialog(error, m_theme);
        m_startDialog->setAttribute(Qt::WA_DeleteOnClose);
        connect(m_startDialog, &StartDialog::retryRequested, this, &Composition::start);
        connect(m_startDialog, &StartDialog::embeddedRequested, this, [this] {
            m_options.workspace = WorkspaceLocator::embeddedPath();
            Result<WorkspaceAddress> address = WorkspaceLocator::resolve({}, {}, {}, WorkspaceLocator::embeddedPath());
            address.ok() ? open(*address) : refuse(address.error());
        });
        connect(m_startDialog, &StartDialog::otherRequested, this, [this] { askForWorkspace(m_startDialog); });
        m_startDialog->show();
    }

    void show(const std::shared_ptr<Workspace> &workspace)
    {
        if (m_session) m_session->window->saveState();
        // The window that is left goes at the end, when the new one is there: the program does not end between them.
        const std::unique_ptr<Session> left = std::exchange(m_session, std::make_unique<Session>());
        m_session->workspace = workspace;
        if (m_options.screenshotsFolder.isEmpty()) WorkspaceLocator::rememberLastOpened(workspace->address().text);
        compose(*m_session);
        m_theme.applySheet();
        m_session->window->show();
        if (m_openDialog) m_openDialog->close();
        if (m_startDialog) m_startDialog->close();
        if (!m_options.screenshotsFolder.isEmpty()) return takeScreenshots();
        m_session->scheduler->start();
        m_session->integrity->watch();
        welcomeIfEmpty();
        sealOutsideChanges(*m_session);
    }

    /// What somebody did past Headgate must not stay out of the trail in silence.
    void sealOutsideChanges(Session &session)
    {
        attach(session.window.get(), session.workspace->audit().sealExternalChanges(),
               [&notifications = session.notifications](const Result<int> &sealed) {
                   if (!sealed.ok()) notifications.addError(sealed.error());
               });
    }

    void compose(Session &session)
    {
        Workspace &workspace = *session.workspace;
        const DialogTools tools{m_theme, m_messages, m_files};
        session.scheduler = std::make_unique<HealthScheduler>(workspace.connections());
        auto *connections = new ConnectionsPage(workspace.connections(), session.jobs, session.notifications, tools, session.scheduler.get());
        connections->setSavedFilters(workspace.savedFilters());
        connections->addTab(new ReadinessView(workspace.readiness(), session.jobs, m_files, m_theme), tr("Readiness"));
        connections->addTab(new DiscoveryTab(workspace.discovery(), tools), tr("Tables"));
        auto *audit = new AuditPage(workspace.audit(), workspace.auditReview(), session.jobs, session.notifications, m_theme);
        audit->setSavedFilters(workspace.savedFilters(), m_messages);
        audit->addListActions({session.jobs, session.notifications, m_files, m_theme});
        session.integrity = addIntegrity(*audit, session);
        // One line a page.
        const QList<Page *> pages{
            new OverviewPage(workspace.connections(), workspace.audit(), overviewHealth(workspace), m_theme),
            connections,
            audit,
        };
        session.healthNotices = std::make_unique<HealthNotices>(*session.scheduler, session.notifications, [this](const QString &id) {
            m_session->window->open({QStringLiteral("connections"), id});
        });
        session.palette = std::make_unique<ConnectionPalette>(workspace.connections());
        WorkspaceStatus::Values values;
        values.name = workspace.info().name;
        values.environment = workspace.info().environment;
        values.user = workspace.actor().name;
        values.schemaVersion = workspace.schemaVersion();
        session.status.set(values);
        session.health = std::make_unique<HealthWatch>(statusHealth(workspace), session.status, session.notifications);
        session.window = std::make_unique<MainWindow>(pages, ShellContext{m_theme, session.notifications, session.jobs, session.status, m_settings, {session.palette.get()},
                                                                        {QStringLiteral("overview"), {}}, programCommands()});
    }

    IntegrityActs *addIntegrity(AuditPage &page, Session &session)
    {
        IntegrityService &service = session.workspace->integrity();
        auto *acts = new IntegrityActs(service, session.workspace->retention(), {m_theme, m_messages, m_files, session.notifications}, [&page] { return page.query(); }, &page);
        page.addIntegrityActions(acts->commands());
        page.setVerifier([&service](const auto &progress, const CancelToken &cancel) { return service.verify(IntegrityService::Scope::Whole, progress, cancel); });
        connect(acts, &IntegrityActs::eventRequested, &page, [&page](qint64 id) { page.open(QString::number(id)); });
        connect(acts, &IntegrityActs::verified, &page, &AuditPage::showVerification);
        connect(acts, &IntegrityActs::trailChanged, &page, &AuditPage::refresh);
        return acts;
    }

    QList<Command> programCommands()
    {
        return {{QStringLiteral("program.open"), tr("Open another workspace…"), QStringLiteral("document-open"), QKeySequence::Open,
                 [this] { askForWorkspace(m_session->window.get()); }, {}, false},
                {QStringLiteral("program.about"), tr("About Headgate"), QStringLiteral("help-about"), {}, [this] { showAbout(); }, {}, false}};
    }

    void showAbout()
    {
        m_messages.tell(m_session->window.get(), tr("Headgate %1").arg(QStringLiteral(HEADGATE_VERSION)),
                        tr("A console for the administrators of data platforms.\nFree software under the GNU General Public License, version 3 or later.\nWorkspace: %1")
                            .arg(m_session->workspace->address().spec.display()));
    }

    static HealthWatch::Source statusHealth(Workspace &workspace)
    {
        return [&workspace] {
            return workspace.health().then([](const Result<WorkspaceHealth> &health) {
                return health.ok() ? Result<HealthFigures>(HealthFigures{health->server, health->pingMs, health->pool.utilisation()}) : Result<HealthFigures>(health.error());
            });
        };
    }

    static OverviewPage::HealthSource overviewHealth(Workspace &workspace)
    {
        return [&workspace] {
            return workspace.health().then([version = workspace.schemaVersion()](const Result<WorkspaceHealth> &health) {
                if (!health.ok()) return Result<OverviewHealth>(health.error());
                return Result<OverviewHealth>(OverviewHealth{health->server, health->pingMs, health->pool.inUse, health->pool.capacity, version});
            });
        };
    }

    /// What is staged is lost with the workspace: said before another one is chosen.
    void askForWorkspace(QWidget *parent)
    {
        int unsaved = 0;
        if (m_session)
            for (const Page *page : m_session->window->pages()) unsaved += page->unsavedChanges();
        if (unsaved == 0) return chooseWorkspace(parent);
        const Question question{unsaved == 1 ? tr("Discard 1 change?") : tr("Discard %1 changes?").arg(unsaved),
                                tr("What was changed in the list of connections is not saved, and is lost when another "
                                   "workspace is opened."),
                                tr("Discard and open another"), true};
        m_messages.ask(parent, question, [this, parent] { chooseWorkspace(parent); });
    }

    void chooseWorkspace(QWidget *parent)
    {
        m_openDialog = new OpenWorkspaceDialog(m_theme, m_files, parent);
        m_openDialog->setAttribute(Qt::WA_DeleteOnClose);
        connect(m_openDialog, &OpenWorkspaceDialog::chosen, this, &Composition::open);
        // Cancelled while it opens: whatever comes of it is not wanted any more.
        connect(m_openDialog, &QDialog::rejected, this, [this] { ++m_opening; });
        m_openDialog->open();  // modal: nothing is staged between the question and the answer
    }

    void welcomeIfEmpty()
    {
        attach(m_session->window.get(), m_session->workspace->connections().summary(), [this](const Result<ConnectionSummary> &summary) {
            // A team's workspace is no place for a sample, nor is it a file of this machine.
            const bool isOwn = m_session->workspace->address().spec.kind == Dialect::Kind::Sqlite;
            if (!summary.ok() || summary->total > 0 || !isOwn) return;
            auto *welcome = new WelcomePage(m_theme);
            connect(welcome, &WelcomePage::addConnectionRequested, this, [this] { m_session->window->open({QStringLiteral("connections"), QStringLiteral("new")}); });
            connect(welcome, &WelcomePage::openWorkspaceRequested, this, [this] { askForWorkspace(m_session->window.get()); });
            connect(welcome, &WelcomePage::sampleRequested, this, [this, welcome] { loadSample(welcome); });
            m_session->window->showWelcome(welcome);
        });
    }

    void loadSample(WelcomePage *welcome)
    {
        welcome->setBusy(true);
        const JobHandle job = m_session->jobs.begin(tr("Load the sample data"), {});
        const auto work = [workspace = m_session->workspace] {
            SampleWorkspace::fill(*workspace, Timestamp::now());
            return Done{};
        };
        attach(m_session->window.get(), runTask(m_threads, work), [this, job, welcome = QPointer(welcome)](const Result<Done> &done) {
            job.end();
            if (welcome) welcome->setBusy(false);
            if (!done.ok()) return m_session->notifications.addError(done.error());
            m_session->window->showPage(QStringLiteral("connections"));
        });
    }

    void takeScreenshots()
    {
        auto *screenshots = new Screenshots(*m_session->window, m_theme, m_options.screenshotsFolder, this);
        connect(screenshots, &Screenshots::finished, this, [this](const QString &error) { error.isEmpty() ? QApplication::exit(0) : fail(error); });
        screenshots->start();
    }

    void fail(const QString &text)
    {
        QTextStream(stderr) << text << Qt::endl;
        QApplication::exit(1);
    }

    WindowOptions m_options;
    Theme m_theme;
    Messages m_messages;
    FileDialogs m_files;
    QSettings m_settings;
    QThreadPool m_threads;
    std::unique_ptr<Session> m_session;
    QPointer<OpenWorkspaceDialog> m_openDialog;
    QPointer<StartDialog> m_startDialog;
    quint64 m_opening = 0;  ///< the newest; the answer of another one is dropped
};

}  // namespace

}  // namespace headgate

extern "C" Q_DECL_EXPORT int headgate_window_main(int argc, char **argv, const headgate::WindowOptions &options)
{
    if (qEnvironmentVariableIsEmpty("DISPLAY") && qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY") && qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) {
        QTextStream(stderr) << "There is no display to open the window on.\n"
                               "What to do: start it in a desktop session or over ssh -X, or use the verbs (headgate --help)."
                            << Qt::endl;
        return 2;
    }
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("headgate"));
    QApplication::setApplicationDisplayName(QStringLiteral("Headgate"));
    QApplication::setDesktopFileName(QStringLiteral("org.headgate.Headgate"));
    headgate::Composition composition(application, options);
    composition.start();
    return QApplication::exec();
}
