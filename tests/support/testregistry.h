// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QObject>
#include <functional>

/// A few fat Qt Test programs hold many test classes. Each class registers itself with HEADGATE_TEST at the end of its
/// .cpp; the program runs the class named by its first argument, or all.
namespace headgate::test {

struct TestClass {
    const char *name;
    std::function<QObject *()> make;
};
QList<TestClass> &registry();

template <typename T>
struct Register {
    explicit Register(const char *name)
    {
        registry().append({name, [] { return new T; }});
    }
};

}  // namespace headgate::test

#define HEADGATE_TEST(Class) static const headgate::test::Register<Class> register##Class(#Class)
