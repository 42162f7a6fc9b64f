// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/audit/evidencereader.h"
#include "app/base/tasks.h"
#include "models/audit/auditpayload.h"
#include "tests/app/audit/trailfixture.h"
#include "tests/models/audit/tamperer.h"
#include "tests/support/testregistry.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QProcess>
#include <QRandomGenerator>
#include <QTest>

using namespace headgate;
using namespace headgate::test;

namespace {

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void put(const QString &path, const QByteArray &content)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size()) qFatal("cannot write %s", qPrintable(path));
}

QStringList kinds(const EvidenceCheck &check)
{
    QStringList list;
    for (const AuditFinding &finding : check.findings)
        if (!list.contains(finding.kind)) list << finding.kind;
    return list;
}

/// A short chain in memory, and an archive of it that the test may write wrongly.
struct Forger {
    struct Event {
        QByteArray payload;
        QByteArray previous;
        QByteArray hash;
    };
    explicit Forger(const QTemporaryDir &folder) : path(folder.filePath(QStringLiteral("forged.tar"))), key(SecureKey::random())
    {
        QByteArray previous = AuditPayload::zeroHash();
        for (int id = 1; id <= 5; ++id) {
            const QByteArray payload = "{\"actor\":\"mira\",\"id\":" + QByteArray::number(id) + '}';
            const QByteArray hash = AuditPayload::hash(previous, payload);
            events << Event{payload, previous, hash};
            previous = hash;
        }
    }
    EvidenceCheck write(const std::function<void(EvidenceWriter &)> &rows, const QByteArray &pinned = {})
    {
        {
            QFile file(path);
            if (!file.open(QIODevice::WriteOnly)) qFatal("cannot write");
            EvidenceWriter writer(file, {QUuid::createUuid(), QStringLiteral("w"), QStringLiteral("m"), Timestamp::now(), {}, {}}, key);
            rows(writer);
            writer.finish({5, events.last().hash});
        }
        return checkEvidence(path, pinned);
    }
    void link(EvidenceWriter &writer, int id) const
    {
        const Event &event = events.at(id - 1);
        writer.addLink({id, event.previous, event.hash, {}});
    }

    QString path;
    SigningKey key;
    QList<Event> events;
};

}  // namespace

class TstEvidence : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addDatabaseRows(); }
    void holdsTheWholeTrail();
    void holdsWhatMatches();
    void opensWithOtherTools();
    void everyByteCounts();
    void shorterAndLongerFiles();
    void forgedArchives();
    void pinsTheSigner();
    void readsKeys();
    void leavesNothingWhenItFails();
    void beginsAnewWithANewConnection();
    void seesForgedColumnsBehindAFilter();
    void usesNoOtherKey();

private:
    EvidenceFile exported(Trail &trail, const ListQuery &query = {})
    {
        return valueOf(trail.integrity->exportEvidence(query, trail.folder.filePath(QStringLiteral("evidence.tar"))));
    }
};

void TstEvidence::holdsTheWholeTrail()
{
    QFETCH_GLOBAL(int, kind);
    Trail trail{Dialect::Kind(kind)};
    trail.add(40);
    const EvidenceFile file = exported(trail);
    QCOMPARE(file.events, 40);
    QCOMPARE(file.links, 40);
    QCOMPARE(file.sha256, QCryptographicHash::hash(contentOf(file.path), QCryptographicHash::Sha256));
    const EvidenceCheck check = checkEvidence(file.path, file.publicKey);
    QVERIFY2(check.ok(), qPrintable(check.ok() ? QString() : check.findings.first().text));
    QCOMPARE(check.events, 40);
    QCOMPARE(check.publicKey, file.publicKey);
    QCOMPARE(check.manifest[u"workspace"][u"name"].toString(), QStringLiteral("team"));
    const AuditRecord event = trail.newest();
    QCOMPARE(event.action, QStringLiteral("EXPORT"));
    QCOMPARE(event.metadata.value(u"rows").toInteger(), 40);
    QVERIFY(trail.verify().ok());
}

void TstEvidence::holdsWhatMatches()
{
    QFETCH_GLOBAL(int, kind);
    Trail trail{Dialect::Kind(kind)};
    trail.add(10);
    trail.add(3, {}, 0, "DELETE");
    trail.add(10);
    trail.add(2, {}, 0, "DELETE");
    trail.add(4);
    const ListQuery deletes{{}, {{QStringLiteral("action"), ColumnFilter::Op::Equal, {QStringLiteral("DELETE")}}}, {}, false};
    const EvidenceFile file = exported(trail, deletes);
    QCOMPARE(file.events, 5);
    QCOMPARE(file.links, 19);  // from event 11 to the head, 29
    const EvidenceCheck check = checkEvidence(file.path);
    QVERIFY2(check.ok(), qPrintable(check.ok() ? QString() : check.findings.first().text));
    QCOMPARE(check.events, 5);
    QCOMPARE(check.manifest[u"head"][u"id"].toInteger(), 29);
    QCOMPARE(QJsonDocument(check.manifest[u"filter"].toObject()).toJson().contains("DELETE"), true);
    const ListQuery nothing{{}, {{QStringLiteral("action"), ColumnFilter::Op::Equal, {QStringLiteral("NONE")}}}, {}, false};
    QCOMPARE(trail.integrity->exportEvidence(nothing, trail.folder.filePath(QStringLiteral("none.tar"))).result().error().kind, ErrorKind::NotFound);
}

/// As the README in the archive says.
void TstEvidence::opensWithOtherTools()
{
    QFETCH_GLOBAL(int, kind);
    Trail trail{Dialect::Kind(kind)};
    trail.add(6);
    const EvidenceFile file = exported(trail);
    const QString script = QStringLiteral("set -e; cd \"$1\"; tar xf evidence.tar; openssl pkeyutl -verify -pubin -inkey public-key.pem -rawin -in manifest.json "
                                          "-sigfile manifest.sig; zcat events-000001.jsonl.gz | wc -l; sha256sum events-000001.jsonl.gz");
    QProcess shell;
    shell.setProcessChannelMode(QProcess::MergedChannels);
    shell.start(QStringLiteral("/bin/sh"), {QStringLiteral("-c"), script, QStringLiteral("sh"), trail.folder.path()});
    QVERIFY(shell.waitForFinished());
    const QByteArray said = shell.readAll();
    QVERIFY2(shell.exitCode() == 0 && said.contains("Verified Successfully") && said.contains("\n6\n"), said.constData());
    const QByteArray manifest = contentOf(trail.folder.filePath(QStringLiteral("manifest.json")));
    QVERIFY(manifest.contains(said.right(120).split('\n').value(said.right(120).split('\n').size() - 2).left(64)));
}

void TstEvidence::everyByteCounts()
{
    QFETCH_GLOBAL(int, kind);
    if (Dialect::Kind(kind) != Dialect::Kind::Sqlite) return;  // the archive knows no database
    Trail trail{Dialect::Kind(kind)};
    trail.add(4);
    const EvidenceFile file = exported(trail);
    const QByteArray good = contentOf(file.path);
    const QString path = trail.folder.filePath(QStringLiteral("changed.tar"));
    const quint32 seed = QRandomGenerator::global()->generate();
    qInfo("seed %u, %lld bytes", seed, qlonglong(good.size()));
    QRandomGenerator random(seed);
    QByteArray changed = good;
    for (qsizetype i = 0; i < good.size(); ++i) {
        changed[i] = char(good[i] ^ (1 << random.bounded(8)));
        put(path, changed);
        const EvidenceCheck check = checkEvidence(path);
        QVERIFY2(!check.ok(), qPrintable(QStringLiteral("a changed byte %1 was not seen").arg(i)));
        changed[i] = good[i];
    }
    put(path, changed);
    QVERIFY(checkEvidence(path).ok());
}

void TstEvidence::shorterAndLongerFiles()
{
    QFETCH_GLOBAL(int, kind);
    if (Dialect::Kind(kind) != Dialect::Kind::Sqlite) return;
    Trail trail{Dialect::Kind(kind)};
    trail.add(3);
    const QByteArray good = contentOf(exported(trail).path);
    const QString path = trail.folder.filePath(QStringLiteral("changed.tar"));
    for (qsizetype size = 0; size < good.size(); size += 61) {
        put(path, good.left(size));
        QVERIFY(!checkEvidence(path).ok());
    }
    for (const QByteArray &more : {good + '\0', good + good, QByteArray(512, '\0') + good, QByteArray("nothing of the kind")}) {
        put(path, more);
        QVERIFY(!checkEvidence(path).ok());
    }
    QVERIFY_EXCEPTION_THROWN((void)checkEvidence(trail.folder.filePath(QStringLiteral("not there"))), Exception);
}

/// Signed by the forger with a key of their own: what the archive says of itself still has to fit.
void TstEvidence::forgedArchives()
{
    const QTemporaryDir folder;
    Forger forger(folder);
    const auto all = [&](EvidenceWriter &writer) {
        for (int id = 1; id <= 5; ++id) {
            writer.addEvent(forger.events[id - 1].payload);
            forger.link(writer, id);
        }
    };
    QVERIFY(forger.write(all).ok());
    const EvidenceCheck edited = forger.write([&](EvidenceWriter &writer) {
        for (int id = 1; id <= 5; ++id) {
            writer.addEvent(id == 3 ? QByteArray(forger.events[2].payload).replace("mira", "jonas") : forger.events[id - 1].payload);
            forger.link(writer, id);
        }
    });
    QCOMPARE(kinds(edited), QStringList{QStringLiteral("event")});
    QCOMPARE(edited.findings.first().id, 3);
    const EvidenceCheck left = forger.write([&](EvidenceWriter &writer) {
        for (int id : {1, 2, 4, 5}) {
            writer.addEvent(forger.events[id - 1].payload);
            forger.link(writer, id);
        }
    });
    QVERIFY(kinds(left).contains(QStringLiteral("link")));
    const EvidenceCheck swapped = forger.write([&](EvidenceWriter &writer) {
        for (int id : {1, 3, 2, 4, 5}) writer.addEvent(forger.events[id - 1].payload);
        for (int id : {1, 2, 3, 4, 5}) forger.link(writer, id);
    });
    QVERIFY(kinds(swapped).contains(QStringLiteral("event")));
    const EvidenceCheck added = forger.write([&](EvidenceWriter &writer) {
        all(writer);
        writer.addEvent("{\"id\":6}");
    });
    QVERIFY(kinds(added).contains(QStringLiteral("event")));
    const EvidenceCheck relinked = forger.write([&](EvidenceWriter &writer) {
        for (int id = 1; id <= 5; ++id) {
            writer.addEvent(forger.events[id - 1].payload);
            if (id == 4) writer.addLink({4, forger.events[0].hash, forger.events[3].hash, {}});
            else forger.link(writer, id);
        }
    });
    QVERIFY(kinds(relinked).contains(QStringLiteral("link")));
}

void TstEvidence::pinsTheSigner()
{
    const QTemporaryDir folder;
    Forger forger(folder);
    const auto all = [&](EvidenceWriter &writer) {
        for (int id = 1; id <= 5; ++id) {
            writer.addEvent(forger.events[id - 1].payload);
            forger.link(writer, id);
        }
    };
    QVERIFY(forger.write(all, forger.key.publicKey()).ok());
    QCOMPARE(kinds(forger.write(all, SigningKey(SecureKey::random()).publicKey())), QStringList{QStringLiteral("key")});
}

void TstEvidence::readsKeys()
{
    const SigningKey key(SecureKey::random());
    QCOMPARE(SigningKey::fromText(key.publicKey().toHex() + '\n'), key.publicKey());
    QCOMPARE(SigningKey::fromText(SigningKey::toPem(key.publicKey())), key.publicKey());
    for (const QByteArray &text : {QByteArray(), QByteArray("x"), key.publicKey().toHex().left(62), key.publicKey().toHex().left(63) + 'g', SigningKey::toPem(key.publicKey()).left(90)})
        QVERIFY2(SigningKey::fromText(text).isEmpty(), text.constData());
    // RFC 8032, test 1.
    SecureKey seed;
    const QByteArray bytes = QByteArray::fromHex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
    std::memcpy(seed.data(), bytes.constData(), SecureKey::kSize);
    QCOMPARE(SigningKey(seed).publicKey().toHex(), QByteArray("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"));
    QVERIFY(SigningKey(seed).sign({}).toHex().startsWith("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"));
}

void TstEvidence::leavesNothingWhenItFails()
{
    QFETCH_GLOBAL(int, kind);
    Trail trail{Dialect::Kind(kind)};
    trail.add(3);
    const QString path = trail.folder.filePath(QStringLiteral("cancelled.tar"));
    const CancelToken cancel;
    cancel.cancel();
    QCOMPARE(trail.integrity->exportEvidence({}, path, {}, cancel).result().error().kind, ErrorKind::Cancelled);
    QVERIFY(!QFile::exists(path));
    QCOMPARE(trail.integrity->exportEvidence({}, QStringLiteral("/nowhere/x.tar")).result().error().kind, ErrorKind::Denied);
    QCOMPARE(trail.number(QStringLiteral("select count(*) from audit_logs where action = 'EXPORT'")), 0);
}

/// The server ends the connection while the archive is being written: the work is done again from the beginning.
void TstEvidence::beginsAnewWithANewConnection()
{
    QFETCH_GLOBAL(int, kind);
    if (Dialect::Kind(kind) == Dialect::Kind::Sqlite) QSKIP("an embedded workspace has no connection to lose");
    Trail trail{Dialect::Kind(kind)};
    trail.add(40);
    const QString path = trail.folder.filePath(QStringLiteral("lost.tar"));
    bool isEnded = false;
    const auto endOnce = [&](qint64, qint64) {
        // A file that is not finished has no name yet.
        const QFileInfoList open = QDir(QStringLiteral("/proc/self/fd")).entryInfoList();
        const bool isWriting = std::ranges::any_of(open, [&](const QFileInfo &each) {
            return QFile::symLinkTarget(each.filePath()).startsWith(trail.folder.path() + QStringLiteral("/#"));
        });
        if (!isWriting || std::exchange(isEnded, true)) return;
        const auto owner = trail.database.openAsOwner();
        Query(*owner, QStringLiteral("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()")).exec();
    };
    Result<EvidenceFile> written = trail.integrity->exportEvidence({}, path, endOnce).result();
    // A connection that was opened for this very work is not opened twice: then a person tries again.
    for (int i = 0; i < 5 && !written.ok(); ++i) {
        QCOMPARE(written.error().kind, ErrorKind::Unreachable);
        isEnded = false;
        written = trail.integrity->exportEvidence({}, path, endOnce).result();
    }
    QVERIFY2(written.ok(), written.ok() ? "" : qPrintable(written.error().text()));
    const EvidenceFile file = *written;
    QVERIFY(isEnded);
    QCOMPARE(file.events, 40);
    const EvidenceCheck check = checkEvidence(path, file.publicKey);
    QVERIFY2(check.ok(), qPrintable(check.findings.isEmpty() ? QString() : check.findings.first().text));
    QCOMPARE(check.events, 40);
}

/// A filter asks the columns, which somebody may have changed since the trail was verified last.
void TstEvidence::seesForgedColumnsBehindAFilter()
{
    QFETCH_GLOBAL(int, kind);
    Trail trail{Dialect::Kind(kind)};
    trail.add(12);
    QVERIFY(trail.verify().ok());
    Tamperer(trail.database).doing({QStringLiteral("update audit_logs set actor = 'jon' where id = 5")});
    ListQuery query;
    query.filters << ColumnFilter{QStringLiteral("actor"), ColumnFilter::Op::Equal, {QStringLiteral("mira")}};
    const EvidenceFile file = exported(trail, query);
    QCOMPARE(file.events, 11);
    QCOMPARE(file.findings, 1);
}

/// The keychain had the key once and does not give it now: nothing is signed with another one, and nobody is accused.
void TstEvidence::usesNoOtherKey()
{
    QFETCH_GLOBAL(int, kind);
    Trail trail{Dialect::Kind(kind)};
    trail.add(4);
    QVERIFY(trail.verify().ok());
    trail.reopen();
    const QString key = trail.folder.filePath(QStringLiteral("keys/signing-mira.key"));
    QVERIFY(QFile::rename(key, trail.folder.filePath(QStringLiteral("keys/signing-mira.pub"))));
    const AuditVerification result = trail.verify();
    QVERIFY(result.ok());
    QVERIFY2(result.remark.contains(QStringLiteral("in the keychain")), qPrintable(result.remark));
    const QString path = trail.folder.filePath(QStringLiteral("unsigned.tar"));
    QCOMPARE(trail.integrity->exportEvidence({}, path).result().error().kind, ErrorKind::Denied);
    QVERIFY(!QFile::exists(path) && !QFile::exists(key));
}

HEADGATE_TEST(TstEvidence);
#include "tst_evidence.moc"
