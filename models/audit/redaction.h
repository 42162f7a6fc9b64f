// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>
#include <QJsonObject>
#include <QString>

/// Takes secrets out of what is about to be logged, shown or written to the audit trail. Works on names and on the
/// shape of text, never on a parse, so a statement that the server rejected is treated the same. Each secret becomes
/// "••••"; empty values, truth values and NULL stay, everything else is left as it was. When in doubt it masks.
/// Applying it twice changes nothing. Pure functions, any thread, linear in the size of the text.
namespace headgate::Redaction {

inline QString mask() { return QStringLiteral("••••"); }

/// False only when redact() and redactText() would leave the text, or the JSON object written as text, as it is: it holds
/// nothing that a secret is known by. A hundredth of their time, so ask this first where there are many.
bool mayHoldSecret(QByteArrayView utf8);

/// True for password, PGPASSWORD, apiKey, auth_token, private_key, connection_string, credentials and their like.
bool isSecretName(const QString &name);

/// Masks what stands under a secret name at any depth, and the secrets inside of every other text (redactText).
/// An object that names a field ({"field": "password", "before": …, "after": …}) is understood too.
QJsonObject redact(const QJsonObject &object);

/// Masks passwords in URLs and `user:pass@`, keyword strings (`password='a b'`, `PWD={x};`, `PGPASSWORD=x`), JSON text,
/// SQL (`IDENTIFIED BY`, `PASSWORD '…'`, `CREATE USER MAPPING … password '…'`, dollar quotes, unfinished literals),
/// `--password x`, bearer tokens and private keys in PEM.
QString redactText(const QString &text);

}  // namespace headgate::Redaction
