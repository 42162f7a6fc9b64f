// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/benchmarks/firstpicture.h"

#include <QElapsedTimer>
#include <QThread>
#include <cstdlib>
#include <memory>
#include <xcb/xcb.h>

namespace headgate::test {

using namespace Qt::StringLiterals;

namespace {

template <typename T>
std::unique_ptr<T, decltype(&std::free)> reply(T *pointer) { return {pointer, &std::free}; }

/// A row of pixels of different colours: something was drawn, not only the background cleared.
bool isDrawn(xcb_connection_t *connection, xcb_window_t window, int width, int y)
{
    const auto image = reply(xcb_get_image_reply(
        connection, xcb_get_image(connection, XCB_IMAGE_FORMAT_Z_PIXMAP, window, 0, int16_t(y), uint16_t(width), 1, ~0u), nullptr));
    if (!image) return false;
    const auto *pixels = reinterpret_cast<const uint32_t *>(xcb_get_image_data(image.get()));
    const int count = xcb_get_image_data_length(image.get()) / 4;
    for (int i = 1; i < count; ++i)
        if (pixels[i] != pixels[0]) return true;
    return false;
}

}  // namespace

FirstPicture::FirstPicture()
{
    m_server.start(u"Xvfb"_s, {u"-displayfd"_s, u"1"_s, u"-screen"_s, u"0"_s, u"1600x1000x24"_s, u"-nolisten"_s, u"tcp"_s});
    while (!m_server.canReadLine())
        if (!m_server.waitForReadyRead(10'000)) qFatal("Xvfb did not start");
    m_display = u':' + QString::fromLatin1(m_server.readLine()).trimmed();
    m_connection = xcb_connect(m_display.toLatin1().constData(), nullptr);
    if (xcb_connection_has_error(m_connection)) qFatal("no connection to Xvfb");
    m_root = xcb_setup_roots_iterator(xcb_get_setup(m_connection)).data->root;
}

FirstPicture::~FirstPicture()
{
    xcb_disconnect(m_connection);
    m_server.terminate();
    m_server.waitForFinished();
}

bool FirstPicture::hasPicture() const
{
    const auto tree = reply(xcb_query_tree_reply(m_connection, xcb_query_tree(m_connection, m_root), nullptr));
    for (int i = 0; tree && i < xcb_query_tree_children_length(tree.get()); ++i) {
        const xcb_window_t window = xcb_query_tree_children(tree.get())[i];
        const auto attributes = reply(xcb_get_window_attributes_reply(m_connection, xcb_get_window_attributes(m_connection, window), nullptr));
        if (!attributes || attributes->map_state != XCB_MAP_STATE_VIEWABLE) continue;
        const auto geometry = reply(xcb_get_geometry_reply(m_connection, xcb_get_geometry(m_connection, window), nullptr));
        if (!geometry || geometry->width < 600 || geometry->height < 400) continue;
        for (int part = 1; part < 8; ++part)
            if (isDrawn(m_connection, window, geometry->width, geometry->height * part / 8)) return true;
    }
    return false;
}

double FirstPicture::measure(QProcess &process) const
{
    QElapsedTimer clock;
    clock.start();
    process.start();
    double ms = -1;
    while (ms < 0 && clock.elapsed() < 30'000) {
        if (hasPicture()) ms = double(clock.nsecsElapsed()) / 1e6;
        else QThread::msleep(2);
    }
    process.kill();
    process.waitForFinished();
    return ms;
}

}  // namespace headgate::test
