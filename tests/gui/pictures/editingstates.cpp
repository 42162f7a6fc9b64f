// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/pictures/states.h"

#include <QComboBox>
#include <QLineEdit>

namespace headgate::pictures {

using namespace Qt::StringLiterals;

namespace {

/// Into the cell's editor, which has the focus.
void edit(const Hand &hand, const QString &row, int column, const QString &text)
{
    hand.row(row);
    hand.until(u"the cell"_s, [column] {
        QAbstractItemView *view = Hand::list();
        view->setCurrentIndex(view->currentIndex().siblingAtColumn(column));
        view->scrollTo(view->currentIndex());  // the pane below may have come over the row
        return true;
    });
    hand.key(Qt::Key_F2);
    hand.until(u"the editor of the cell"_s, [text] {
        QWidget *editor = Hand::find("QWidget", u"cellEditor"_s);
        if (auto *line = qobject_cast<QLineEdit *>(editor)) line->setText(text);
        if (auto *box = qobject_cast<QComboBox *>(editor)) box->setCurrentText(text);
        return editor != nullptr;
    });
    hand.key(Qt::Key_Return);
    hand.until(u"the end of the editing"_s, [] { return Hand::find("QWidget", u"cellEditor"_s) == nullptr; });
}

void staged(const Hand &hand)
{
    edit(hand, u"crm-staging"_s, 0, u"crm-acceptance"_s);
    edit(hand, u"billing-staging"_s, 1, u"test"_s);
    edit(hand, u"billing"_s, 3, u"billing-3.internal"_s);
    hand.awaitText(u"3 changes in 3 rows"_s);
}

void json(const Hand &hand, const QString &text)
{
    hand.until(u"the column of the settings"_s, [] {
        // As the menu of the columns shows it.
        QAbstractItemView *view = Hand::list();
        const int last = view->model()->columnCount() - 1;
        view->setCurrentIndex(view->model()->index(2, last));
        view->setFocus();
        return true;
    });
    hand.key(Qt::Key_F2);
    hand.awaitDialog("headgate::JsonDialog");
    if (!text.isEmpty())
        hand.until(u"the text of the settings"_s, [text] {
            QWidget *field = Hand::find("QPlainTextEdit");
            return field && field->setProperty("plainText", text);
        });
    hand.settle();
}

void wrongJson(const Hand &hand)
{
    json(hand, u"{\"sslmode\": \"requir\",}"_s);
    hand.until(u"what is wrong"_s, [] { return Hand::find("QLabel", u"jsonMessage"_s) != nullptr; });
}

void reviewed(const Hand &hand)
{
    hand.run(u"Review and save the changes"_s);
    hand.awaitDialog("headgate::ConnectionReview");
}

}  // namespace

QList<State> editingStates()
{
    // The review looks at what the state before it staged.
    return {
        {"json-editor", [](const Hand &hand) { json(hand, {}); }},
        {"json-editor-error", wrongJson},
        {"staged-edits", staged},
        {"staged-review", reviewed},
    };
}

}  // namespace headgate::pictures
