"""A workspace: a view that takes the place of the linked panels while one works in it.

One is open at a time.  ``assets/js/workspace.js`` opens and closes them and writes the id of the
open one into ``workspace-store``, so that what is closed computes nothing.
"""

from __future__ import annotations

from typing import Any

from dash import html

from language import _
from layout.ids import Id
from layout.parts import attributes, icon


def workspace(
    id: Id, title: str, body: Any, *, caption: Any = None, tools: Any = None
) -> html.Section:
    """A view over the heatmap, the similarity and the parallel coordinates, closed at first.

    Parameters
    ----------
    id : Id
        Its own; what :func:`open_workspace` names.
    title : str
    body : component or list
    caption : component, optional
        Beside the title.
    tools : component or list, optional
        At the right end of its head, before the button that closes it.
    """
    close = html.Button(
        icon("close"),
        className="icon-button",
        title=_("Close (Esc)"),
        **attributes(aria_label=_("Close"), type="button", data_close=id),
    )
    middle = caption if caption is not None else html.Span(className="caption")
    head = [html.H2(title), middle, html.Div([tools, close], className="workspace-tools")]
    return html.Section(
        [html.Header(head, className="panel-head"), html.Div(body, className="panel-body")],
        id=id,
        className="panel workspace",
        hidden=True,
        **attributes(aria_label=title),
    )


def open_workspace(id: Id, content: Any, title: str) -> html.Button:
    """A button that opens a workspace, or closes it where it is open."""
    return html.Button(
        content,
        className="link-button",
        title=title,
        **attributes(type="button", data_open=id, aria_expanded="false"),
    )
