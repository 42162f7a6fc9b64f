// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connections/connectionedits.h"

#include "app/base/tasks.h"
#include "models/connections/connectioncells.h"

namespace headgate {

namespace {

/// The cell in which a person mends what validate() complains about.
QString columnOf(const QString &field)
{
    if (ConnectionCells::columns().contains(field)) return field;
    static const QStringList inConfig{QStringLiteral("sslmode"), QStringLiteral("sslrootcert"), QStringLiteral("sslcert"),  QStringLiteral("sslkey"),   QStringLiteral("connect_timeout"),
                                      QStringLiteral("health"),  QStringLiteral("options"),     QStringLiteral("instance"), QStringLiteral("odbc_driver")};
    return inConfig.contains(field) ? QStringLiteral("config") : QString();
}

}  // namespace

ConnectionEdit ConnectionEdit::of(const Connection &base, const QList<QPair<QString, QVariant>> &cells)
{
    ConnectionEdit edit{base, base};
    // The settings first: the reason for read-only is one of them.
    for (const auto &[column, value] : cells)
        if (column == u"config") (void)ConnectionCells::put(edit.wanted, column, value);
    for (const auto &[column, value] : cells)
        if (column != u"config") (void)ConnectionCells::put(edit.wanted, column, value);
    return edit;
}

QList<FieldError> ConnectionEdit::problems(const Connection &base, const QList<QPair<QString, QVariant>> &cells)
{
    QList<FieldError> errors;
    Connection scratch = base;
    for (const auto &[column, value] : cells)
        if (const QString problem = ConnectionCells::put(scratch, column, value); !problem.isEmpty()) errors << FieldError{column, problem};
    for (const FieldError &error : ConnectionService::validate({of(base, cells).wanted, std::nullopt})) errors << FieldError{columnOf(error.field), error.message};
    return errors;
}

QFuture<Result<QList<ConnectionEditOutcome>>> ConnectionEdits::save(const QList<ConnectionEdit> &edits)
{
    return runTask(m_threads, [this, edits] {
        QList<ConnectionEditOutcome> outcomes;
        for (const ConnectionEdit &edit : edits) {
            ConnectionEditOutcome outcome{edit, m_service.update({edit.wanted, std::nullopt}).result(), std::nullopt};
            if (!outcome.stored.ok() && outcome.stored.error().kind == ErrorKind::Conflict) {
                const Result<Connection> now = m_service.get(edit.base.id).result();
                if (now.ok()) outcome.now = *now;
            }
            outcomes << outcome;
        }
        return outcomes;
    });
}

}  // namespace headgate
