"""What the browser remembers: one place, and who writes each store.

===================== ==================================================== ======================
store                 holds                                                written by
===================== ==================================================== ======================
map-store             what the map on show is (callbacks.encoders.shown)   callbacks.frame
compare-store         whether a second map stands beside it                assets/js/second.js
second-store          the same of the second map; ``{}`` while closed      callbacks.second_map
map-sketch-store      names the sketch in the map's place, None for none   callbacks.frame
second-sketch-store   the same of the second map                           callbacks.second_map
layers-store          what lies over and under both maps' points           callbacks.layers
selection-store       the selection recipe                                 assets/js/selection.js
pick-store            ``{"term", "mode"}`` or ``{"action"}`` to select by   callbacks.selection(s)
picked-lines-store    lines of a panel that were brushed                   assets/js/brush.js
highlight-store       rows of the maps that the selection highlights       assets/js/panels.js
workspace-store       id of the workspace that is open, or ``""``          assets/js/workspace.js
multiples-view-store  what the small maps show, or None                    assets/js/multiples.js
form-opened-store     what the Form workspace was opened on                assets/js/form.js
form-store            ``{"map"}`` whose recordings it lets one choose      callbacks.form
form-figure-store     its figure, before threshold and colours             callbacks.form
selections-view-store what the workspace of selections shows, or None      assets/js/selections.js
compared-store        ids of the two selections that are compared          assets/js/selections.js
kept-store            how often the list of kept selections has changed    whoever keeps
kept-action-store     ``{"do", "id"}``: show, remove, restore              assets/js/selections.js
take-away-store       ``{"what"}`` of the selection to be made a file of   assets/js/takeaway.js
title-action-store    ``{"do", "first", "second"}``: titles merged or not   assets/js/titles.js
clustering-store      the clustering recipe that colours the page, if any  callbacks.clustering
cluster-request-store the clustering that is wanted, without its looks     assets/js/clusters.js
cluster-name-store    ``{"label", "name"}`` of a cluster just named        assets/js/clusters.js
cluster-keep-store    ``{"label"}`` of a cluster to keep as a selection    assets/js/clusters.js
clusters-view-store   what the workspace Clusters shows, None when closed  assets/js/clusters.js
clusters-more-store   changes when curves have points left to compute      assets/js/clusters.js
player-store          ``{"queue": [segment, ...]}`` to be heard            callbacks.player
page-store            name of the page on show                             assets/js/page.js
notes-page-store      whether that is the Notes page                       assets/js/page.js
evaluate-page-store   whether that is the Evaluate page                    assets/js/page.js
library-page-store    whether that is the Library page                     assets/js/page.js
library-store         revision of the recordings in the table            callbacks.library
evaluation-store      names the evaluation on show                         callbacks.evaluate
dimension-store       ``{"choice": number or "best"}``, None when closed   assets/js/dimension.js
dimension-view-store  what the card of a dimension is of, or None          assets/js/dimension.js
dimension-end-store   ``{"row": row}`` of the end to be heard              assets/js/dimension.js
===================== ==================================================== ======================
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import dcc

from layout.ids import Store


def stores(shown: Mapping[str, Any]) -> list[dcc.Store]:
    """All stores of the page, empty but for the map on show.

    An empty one has no data at all: Dash takes a None for news, and asks every callback that
    listens to the store what follows from it.
    """
    return [
        dcc.Store(id=Store.MAP, data=dict(shown)),
        dcc.Store(id=Store.COMPARE, data=False),
        dcc.Store(id=Store.SECOND, data={}),
        dcc.Store(id=Store.MAP_SKETCH),
        dcc.Store(id=Store.SECOND_SKETCH),
        dcc.Store(id=Store.LAYERS, data={}),
        dcc.Store(id=Store.SELECTION, data={"map": "", "all_of": []}),
        dcc.Store(id=Store.PICK),
        dcc.Store(id=Store.PICKED_LINES),
        dcc.Store(id=Store.HIGHLIGHT),
        dcc.Store(id=Store.WORKSPACE, data=""),
        dcc.Store(id=Store.MULTIPLES_VIEW),
        dcc.Store(id=Store.FORM_OPENED),
        dcc.Store(id=Store.FORM),
        dcc.Store(id=Store.FORM_FIGURE),
        dcc.Store(id=Store.SELECTIONS_VIEW),
        dcc.Store(id=Store.COMPARED),
        dcc.Store(id=Store.KEPT, data=0),
        dcc.Store(id=Store.TAKE_AWAY),
        dcc.Store(id=Store.KEPT_ACTION),
        dcc.Store(id=Store.TITLE_ACTION),
        dcc.Store(id=Store.CLUSTERING),
        dcc.Store(id=Store.CLUSTER_REQUEST),
        dcc.Store(id=Store.CLUSTER_NAME),
        dcc.Store(id=Store.CLUSTER_KEEP),
        dcc.Store(id=Store.CLUSTERS_VIEW),
        dcc.Store(id=Store.CLUSTERS_MORE),
        dcc.Store(id=Store.PLAYER),
        dcc.Store(id=Store.PAGE),
        dcc.Store(id=Store.NOTES_PAGE),
        dcc.Store(id=Store.EVALUATE_PAGE),
        dcc.Store(id=Store.LIBRARY_PAGE),
        dcc.Store(id=Store.DIMENSION),
        dcc.Store(id=Store.DIMENSION_VIEW),
        dcc.Store(id=Store.DIMENSION_END),
        dcc.Store(id=Store.EVALUATION),
        dcc.Store(id=Store.LIBRARY),
    ]
