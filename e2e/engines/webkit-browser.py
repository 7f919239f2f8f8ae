#!/usr/bin/python3
"""The smallest browser that WebKitWebDriver can drive: one window, its profile in a folder.

    webkit-browser.py PROFILE WIDTH HEIGHT LANGUAGE...

Every message of a page's or worker's console goes to standard output, as WebKit prints it.
"""
import sys

import gi

gi.require_version('Gtk', '3.0')
gi.require_version('WebKit2', '4.1')
from gi.repository import Gtk, WebKit2

profile, width, height, *languages = sys.argv[1:]

context = WebKit2.WebContext(
    website_data_manager=WebKit2.WebsiteDataManager(
        base_data_directory=f'{profile}/data', base_cache_directory=f'{profile}/cache'
    )
)
context.set_preferred_languages(languages)
context.set_automation_allowed(True)
settings = WebKit2.Settings(enable_write_console_messages_to_stdout=True)


def allow(_view, request):
    request.allow()
    return True


def open_window(_session):
    view = WebKit2.WebView(web_context=context, settings=settings, is_controlled_by_automation=True)
    view.connect('permission-request', allow)
    # Without a frame around it the page has exactly this size.
    window = Gtk.Window(decorated=False, default_width=int(width), default_height=int(height))
    window.add(view)
    window.show_all()
    view.connect('close', lambda _closed: window.destroy())
    return view


def begin(_context, session):
    about = WebKit2.ApplicationInfo()
    about.set_name('mstore-webkit')
    about.set_version(WebKit2.get_major_version(), WebKit2.get_minor_version(), WebKit2.get_micro_version())
    session.set_application_info(about)
    session.connect('create-web-view', open_window)


context.connect('automation-started', begin)
Gtk.main()
