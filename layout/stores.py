"""What the browser remembers: one place, and who writes each store.

====================  ===================================================  ======================
store                 holds                                                written by
====================  ===================================================  ======================
map-store             ``{"map", "encoder", "asked"}`` of the map on show   callbacks.frame
compare-store         whether a second map stands beside it                assets/js/second.js
second-store          the same of the second map; ``{}`` while closed      callbacks.second_map
selection-store       the selection recipe                                 assets/js/selection.js
pick-store            ``{"term", "mode"}`` or ``{"action"}`` to select by   whoever selects
picked-lines-store    lines of a panel that were brushed                   assets/js/brush.js
highlight-store       rows of the maps that the selection highlights       callbacks.map
workspace-store       id of the workspace that is open, or ``""``          assets/js/workspace.js
selections-view-store what the workspace of selections shows, or None      assets/js/selections.js
compared-store        ids of the two selections that are compared          assets/js/selections.js
kept-store            how often the list of kept selections has changed    callbacks.selections
kept-action-store     ``{"do", "id"}``: show, remove, restore              assets/js/selections.js
take-away-store       ``{"what"}`` of the selection to be made a file of   assets/js/takeaway.js
clustering-store      the clustering recipe that colours the page, if any  callbacks.clustering
player-store          ``{"queue": [segment, ...]}`` to be heard            callbacks.player
page-store            name of the page on show                             assets/js/page.js
evaluation-store      names the evaluation on show                         callbacks.evaluate
dimension-store       ``{"choice": number or "best"}``, None when closed   assets/js/dimension.js
dimension-view-store  what the card of a dimension is of, or None          assets/js/dimension.js
dimension-end-store   ``{"row": row}`` of the end to be heard              assets/js/dimension.js
====================  ===================================================  ======================
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import dcc

from layout.ids import Store


def stores(shown: Mapping[str, Any]) -> list[dcc.Store]:
    """All stores of the page, empty but for the map on show."""
    return [
        dcc.Store(id=Store.MAP, data=dict(shown)),
        dcc.Store(id=Store.COMPARE, data=False),
        dcc.Store(id=Store.SECOND, data={}),
        dcc.Store(id=Store.SELECTION, data={"map": "", "all_of": []}),
        dcc.Store(id=Store.PICK, data=None),
        dcc.Store(id=Store.PICKED_LINES, data=None),
        dcc.Store(id=Store.HIGHLIGHT, data=None),
        dcc.Store(id=Store.WORKSPACE, data=""),
        dcc.Store(id=Store.SELECTIONS_VIEW, data=None),
        dcc.Store(id=Store.COMPARED, data=None),
        dcc.Store(id=Store.KEPT, data=0),
        dcc.Store(id=Store.TAKE_AWAY, data=None),
        dcc.Store(id=Store.KEPT_ACTION, data=None),
        dcc.Store(id=Store.CLUSTERING, data=None),
        dcc.Store(id=Store.PLAYER, data=None),
        dcc.Store(id=Store.PAGE, data=None),
        dcc.Store(id=Store.DIMENSION, data=None),
        dcc.Store(id=Store.DIMENSION_VIEW, data=None),
        dcc.Store(id=Store.DIMENSION_END, data=None),
        dcc.Store(id=Store.EVALUATION, data=None),
    ]
