"""Every id on the page, ``<panel>-<thing>``: a contract that tests rely on.

No other Python module spells an id out.
"""

from enum import StrEnum, unique


@unique
class Id(StrEnum):
    """Ids of the components that callbacks read or write."""

    # The map and what colours it
    MAP_GRAPH = "map-graph"
    MAP_EMPTY = "map-empty"
    MAP_BOX = "map-box"
    MAP_LASSO = "map-lasso"
    MAP_PAN = "map-pan"
    MAP_LINE = "map-line"
    LINE_SECONDS = "line-seconds"
    MAP_ZOOM = "map-zoom"
    MAP_HOME = "map-home"
    MAP_COMPARE = "map-compare"
    MAP_ENCODER = "map-encoder"
    MAP_ENCODER_WORK = "map-encoder-work"
    MAP_ENCODER_PROBLEM = "map-encoder-problem"
    COLOR_BY = "color-by"
    LEGEND = "legend"
    LEGEND_SEARCH = "legend-search"

    # The map of another encoder beside it
    SECOND_GRAPH = "second-graph"
    SECOND_ENCODER = "second-encoder"
    SECOND_WORK = "second-work"
    SECOND_PROBLEM = "second-problem"
    SECOND_INTERVAL = "second-interval"

    # Selection
    PERFORMER_FILTER = "performer-filter"
    PIECE_FILTER = "piece-filter"
    INSTRUMENT_FILTER = "instrument-filter"
    SELECTION_SUMMARY = "selection-summary"
    SELECTION_CLEAR = "selection-clear"
    SELECT_REPLACE = "select-replace"
    SELECT_ADD = "select-add"
    SELECT_SUBTRACT = "select-subtract"
    SELECT_INTERSECT = "select-intersect"
    SELECT_INVERT = "select-invert"

    # Named selections
    SELECTIONS_WORKSPACE = "selections-workspace"
    SELECTIONS_LIST = "selections-list"
    SELECTION_NAME = "selection-name"
    SELECTION_WHO = "selection-who"
    SELECTION_KEEP = "selection-keep"
    SELECTION_KEPT = "selection-kept"
    COMPARISON_CAPTION = "comparison-caption"
    COMPARISON_GRAPH = "comparison-graph"
    COMPARISON_CONTENTS = "comparison-contents"

    # Panels linked to the selection
    VARIANCE_LIST = "variance-list"
    HEATMAP_GRAPH = "heatmap-graph"
    HEATMAP_CAPTION = "heatmap-caption"
    PARALLEL_GRAPH = "parallel-graph"
    PARALLEL_CAPTION = "parallel-caption"
    SIMILARITY_GRAPH = "similarity-graph"
    SIMILARITY_CAPTION = "similarity-caption"
    SIMILARITY_PAIR = "similarity-pair"

    # What a dimension means
    DIMENSION_CARD = "dimension-card"
    DIMENSION_TITLE = "dimension-title"
    DIMENSION_CLOSE = "dimension-close"
    DIMENSION_SOUND = "dimension-sound"
    DIMENSION_STATUS = "dimension-status"
    DIMENSION_GROUPS = "dimension-groups"
    DIMENSION_LOW = "dimension-low"
    DIMENSION_HIGH = "dimension-high"
    DIMENSION_INTERVAL = "dimension-interval"

    # Clustering
    CLUSTER_METHOD = "cluster-method"
    CLUSTER_LINKAGE = "cluster-linkage"
    CLUSTER_K = "cluster-k"
    CLUSTER_SEED = "cluster-seed"
    CLUSTER_EPS = "cluster-eps"
    CLUSTER_MIN_SAMPLES = "cluster-min-samples"
    CLUSTER_LINKAGE_FIELD = "cluster-linkage-field"
    CLUSTER_K_FIELD = "cluster-k-field"
    CLUSTER_SEED_FIELD = "cluster-seed-field"
    CLUSTER_EPS_FIELD = "cluster-eps-field"
    CLUSTER_MIN_SAMPLES_FIELD = "cluster-min-samples-field"
    CLUSTER_RUN = "cluster-run"
    CLUSTER_RESULT = "cluster-result"

    # Player
    PLAYER_AUDIO = "player-audio"
    PLAYER_PLAY = "player-play"
    PLAYER_PREVIOUS = "player-previous"
    PLAYER_NEXT = "player-next"
    PLAYER_VOLUME = "player-volume"
    PLAYER_LOOP = "player-loop"
    PLAYER_PREVIEW = "player-preview"
    PLAYER_PATH = "player-path"
    PLAYER_SELECTION = "player-selection"
    PLAYER_NOW = "player-now"
    PLAYER_TIME = "player-time"
    PLAYER_OVERVIEW = "player-overview"
    PLAYER_SPECTROGRAM = "player-spectrogram"
    PLAYER_WAVEFORM = "player-waveform"
    PLAYER_PLAYHEAD = "player-playhead"
    PLAYER_HINT = "player-hint"

    # Walking by ear
    WALK_BACK = "walk-back"
    WALK_ON = "walk-on"
    WALK_LIST = "walk-list"
    WALK_NONE = "walk-none"

    # Notes page
    NOTES_SAMPLES_GRAPH = "notes-samples-graph"
    NOTES_LATENTS_GRAPH = "notes-latents-graph"
    NOTES_STATUS = "notes-status"
    NOTES_SOURCE = "notes-source"
    NOTES_KEY = "notes-key"
    NOTES_KEY_FIELD = "notes-key-field"
    NOTES_KEY_RECORDING = "notes-key-recording"
    NOTES_KEY_RECORDING_FIELD = "notes-key-recording-field"
    NOTES_FACTS = "notes-facts"
    NOTES_LEGEND = "notes-legend"
    NOTES_SAMPLES_FIGURES = "notes-samples-figures"
    NOTES_LATENTS_FIGURES = "notes-latents-figures"
    NOTES_MARKED = "notes-marked"
    NOTES_AUDIO = "notes-audio"
    NOTES_BOX = "notes-box"
    NOTES_PAN = "notes-pan"
    NOTES_HOME = "notes-home"
    NOTES_INTERVAL = "notes-interval"

    # Evaluate page
    EVALUATE_RUN = "evaluate-run"
    EVALUATE_STATUS = "evaluate-status"
    EVALUATE_FACTS = "evaluate-facts"
    EVALUATE_REPORT = "evaluate-report"
    EVALUATE_STRUCTURE = "evaluate-structure"
    EVALUATE_RECORDING = "evaluate-recording"
    EVALUATE_STRUCTURE_GRAPH = "evaluate-structure-graph"
    EVALUATE_INTERVAL = "evaluate-interval"

    # Encoder and library pages
    ENCODER_NOTE_LOSSES = "encoder-note-losses"
    ENCODER_SEGMENT_LOSSES = "encoder-segment-losses"
    ENCODER_CARD = "encoder-card"
    LIBRARY_TABLE = "library-table"
    LIBRARY_PROBLEMS = "library-problems"
    LIBRARY_SEARCH = "library-search"

    # The frame
    TOUR = "tour"
    MAP_WEBGL = "map-webgl"
    PAGE_LOCATION = "page-location"
    PAGE_COUNT = "page-count"
    TAKE_AWAY = "take-away"
    TAKE_AWAY_FILE = "take-away-file"
    TAKE_AWAY_TEXT = "take-away-text"
    TAKE_AWAY_FIGURES = "take-away-figures"
    TAKE_AWAY_SAYS = "take-away-says"
    PAGE_UNDO = "page-undo"
    PAGE_REDO = "page-redo"
    PAGE_THEME = "page-theme"
    PAGE_HELP = "page-help"
    PAGE_HELP_TEXT = "page-help-text"
    STATUS_INTERVAL = "status-interval"


@unique
class Store(StrEnum):
    """Ids of the stores; each has one writer."""

    MAP = "map-store"
    COMPARE = "compare-store"
    SECOND = "second-store"
    SELECTION = "selection-store"
    PICK = "pick-store"
    PICKED_LINES = "picked-lines-store"
    HIGHLIGHT = "highlight-store"
    WORKSPACE = "workspace-store"
    TAKE_AWAY = "take-away-store"
    SELECTIONS_VIEW = "selections-view-store"
    COMPARED = "compared-store"
    KEPT = "kept-store"
    KEPT_ACTION = "kept-action-store"
    CLUSTERING = "clustering-store"
    PLAYER = "player-store"
    DIMENSION = "dimension-store"
    DIMENSION_VIEW = "dimension-view-store"
    DIMENSION_END = "dimension-end-store"
    PAGE = "page-store"
    EVALUATION = "evaluation-store"
    NOTES = "notes-store"
    NOTES_KEYS = "notes-keys-store"
