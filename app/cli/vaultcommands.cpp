// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/tasks.h"
#include "app/cli/commandline.h"
#include "app/vault/vault.h"

#include <CLI/CLI.hpp>
#include <QJsonArray>

namespace headgate {

namespace {

struct SlotOptions {
    std::string kind = "passphrase";
    std::string holder;
    std::string label;
    qint64 id = 0;
    bool remember = false;
};

QString stateName(VaultState::Kind kind)
{
    switch (kind) {
    case VaultState::Kind::NoSecretsYet: return QStringLiteral("no_secrets_yet");
    case VaultState::Kind::Locked: return QStringLiteral("locked");
    case VaultState::Kind::Unlocked: break;
    }
    return QStringLiteral("unlocked");
}

QJsonObject slotJson(const KeySlot &slot)
{
    return {{QStringLiteral("id"), slot.id.value}, {QStringLiteral("holder"), slot.holder}, {QStringLiteral("kind"), keySlotKinds.name(slot.kind)}};
}

int status(CommandContext &context)
{
    Vault &vault = context.workspace().vault();
    const Result<Done> unlocked = vault.unlock();
    const VaultState state = vault.state();
    const QString by = state.openedBy ? keySlotKinds.name(*state.openedBy) : QString();
    context.out().object({{QStringLiteral("vault"), QJsonObject{{QStringLiteral("state"), stateName(state.kind)},
                                                               {QStringLiteral("opened_by"), by.isEmpty() ? QJsonValue() : QJsonValue(by)},
                                                               {QStringLiteral("reason"), state.reason}}}});
    context.out().line(stateName(state.kind) + (by.isEmpty() ? QString() : QStringLiteral(" by ") + by) +
                       (state.reason.isEmpty() ? QString() : QStringLiteral(": ") + state.reason));
    return unlocked.ok() ? Exit_Done : Exit_Failed;
}

int unlock(CommandContext &context, const SlotOptions &o)
{
    Vault &vault = context.workspace().vault();
    vault.unlockWithPassphrase(CommandContext::passwordFromStdin()).orThrow();
    if (o.remember) vault.addSlot(KeySlotKind::KeyFile, {}, QStringLiteral("remembered")).orThrow();
    context.out().object({{QStringLiteral("vault"), QJsonObject{{QStringLiteral("state"), QStringLiteral("unlocked")}}}});
    context.out().line(o.remember ? QStringLiteral("The passphrase opens the vault; a key file opens it from now on.")
                                  : QStringLiteral("The passphrase opens the vault."));
    return Exit_Done;
}

int listSlots(CommandContext &context)
{
    QJsonArray array;
    QList<QStringList> rows;
    const QList<KeySlot> slotList = context.workspace().vault().slots().orThrow();
    for (const KeySlot &slot : slotList) {
        array << slotJson(slot);
        rows << QStringList{QString::number(slot.id.value), slot.holder, keySlotKinds.name(slot.kind)};
    }
    context.out().object({{QStringLiteral("key_slots"), array}});
    context.out().table({QStringLiteral("id"), QStringLiteral("holder"), QStringLiteral("kind")}, rows);
    return Exit_Done;
}

int addSlot(CommandContext &context, const SlotOptions &o)
{
    const auto kind = keySlotKinds.value(QString::fromStdString(o.kind));
    if (!kind)
        throw Exception({ErrorKind::Invalid, QStringLiteral("A slot is a keychain, passphrase or key_file"), QStringLiteral("--kind"), QString::fromStdString(o.kind), {}});
    const QString passphrase = *kind == KeySlotKind::Passphrase ? CommandContext::passwordFromStdin() : QString();
    Vault &vault = context.workspace().vault();
    vault.prepare().orThrow();
    const Result<KeySlot> added = vault.addSlot(*kind, QString::fromStdString(o.holder), QString::fromStdString(o.label), passphrase);
    const KeySlot &slot = added.orThrow();
    context.out().object({{QStringLiteral("key_slot"), slotJson(slot)}});
    context.out().line(QStringLiteral("Added slot %1 for %2.").arg(slot.id.value).arg(slot.holder));
    return Exit_Done;
}

int removeSlot(CommandContext &context, qint64 id)
{
    Vault &vault = context.workspace().vault();
    vault.prepare().orThrow();
    vault.removeSlot({id}).orThrow();
    context.out().object({{QStringLiteral("removed"), id}});
    context.out().line(QStringLiteral("Removed slot %1.").arg(id));
    return Exit_Done;
}

}  // namespace

void addVaultCommands(CLI::App &app, const Choose &choose)
{
    CLI::App *noun = app.add_subcommand("vault", "The sealed passwords of the workspace");
    noun->require_subcommand(1);
    noun->fallthrough();
    const auto o = std::make_shared<SlotOptions>();

    noun->add_subcommand("status", "Whether this user can open it")->callback([=] { choose(status); });
    CLI::App *verb = noun->add_subcommand("unlock", "Try a passphrase, read from standard input");
    verb->add_flag("--remember", o->remember, "Make a key file, so that this user needs no passphrase from now on");
    verb->callback([=] { choose([=](CommandContext &context) { return unlock(context, *o); }); });

    CLI::App *slot = noun->add_subcommand("slot", "Ways to open it, one or more for each user");
    slot->require_subcommand(1);
    slot->fallthrough();
    slot->add_subcommand("list", "List the slots")->callback([=] { choose(listSlots); });
    verb = slot->add_subcommand("add", "Add a slot; a passphrase is read from standard input");
    verb->add_option("--kind", o->kind, "passphrase, key_file or keychain");
    verb->add_option("--holder", o->holder, "The user it is for (default: you)");
    verb->add_option("--label", o->label, "A note");
    verb->callback([=] { choose([=](CommandContext &context) { return addSlot(context, *o); }); });
    verb = slot->add_subcommand("remove", "Remove a slot; the last one stays");
    verb->add_option("ID", o->id, "Number of the slot")->required();
    verb->callback([=] { choose([=](CommandContext &context) { return removeSlot(context, o->id); }); });
}

}  // namespace headgate
