// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QObject>
#include <QStringList>
#include <functional>

/// A few fat Qt Test programs hold many test classes. Each class registers itself with HEADGATE_TEST at the end of its
/// .cpp; the program runs the class named by its first argument, or all.
namespace headgate::test {

struct TestClass {
    const char *name;
    std::function<QObject *()> make;
};
QList<TestClass> &registry();

/// A second process of a race test: the program started with `--helper NAME ARGUMENT…` runs the function and ends with
/// its result. Registered with HEADGATE_TEST_HELPER.
struct Helper {
    const char *name;
    std::function<int(const QStringList &arguments)> run;
};
QList<Helper> &helpers();

template <typename T>
struct Register {
    explicit Register(const char *name)
    {
        registry().append({name, [] { return new T; }});
    }
};

struct RegisterHelper {
    explicit RegisterHelper(Helper helper) { helpers().append(std::move(helper)); }
};

}  // namespace headgate::test

#define HEADGATE_TEST(Class) static const headgate::test::Register<Class> register##Class(#Class)
#define HEADGATE_TEST_HELPER(name, function) static const headgate::test::RegisterHelper helper_##name({#name, function})
