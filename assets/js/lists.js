/* Lists that change with every brush, written into the page from one attribute.
 *
 * As children they would be a Dash component for each word, and each of those looks at the page's whole
 * state a few hundred times in every brush (docs/adr/0010-brush-without-points.md). The components
 * that the server describes come as JSON in `data-items` instead, and become plain elements here.
 */
(function () {
  "use strict";

  const LISTS = [
    "variance-list",
    "library-head",
    "library-actions",
    "legend",
    "dimension-sound",
    "dimension-groups",
    "dimension-low",
    "dimension-high",
    "form-passages",
    "cluster-result",
    "clusters-list",
    "selections-list",
    "comparison-contents",
    "page-help-text",
    "tour",
    "library-jobs",
    "library-history",
  ];

  function setStyle(node, style) {
    Object.entries(style).forEach(([name, value]) => {
      if (name.startsWith("--")) node.style.setProperty(name, value);
      else node.style[name] = value;
    });
  }

  /* A time as people here write it: the server does not know where its reader is. */
  const moment = (iso) => new Date(iso).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });

  function elementOf(item) {
    if (typeof item !== "object") return document.createTextNode(String(item));
    const node = document.createElement(item.type);
    if (item.props.dateTime) node.textContent = moment(item.props.dateTime);
    Object.entries(item.props).forEach(([name, value]) => {
      if (name === "children") node.append(...[value].flat().filter((child) => child !== null).map(elementOf));
      else if (name === "className") node.className = value;
      else if (name === "style") setStyle(node, value);
      else node.setAttribute(name, value);
    });
    return node;
  }

  /* What makes an element the same one as before: what it chooses, selects, names or plays. */
  const NAMES = ["data-choose", "data-group", "data-name", "data-row", "data-keep", "data-job-cancel", "data-job-log"];

  function sameIn(list, held) {
    const name = NAMES.find((attribute) => held.hasAttribute(attribute));
    return name && list.querySelector(`[${name}="${CSS.escape(held.getAttribute(name))}"]`);
  }

  function attach(id) {
    const list = document.getElementById(id);
    if (!list) return window.setTimeout(() => attach(id), 50);
    const write = () => {
      /* What has the focus keeps it, where it is still there, and what is being typed into it. */
      const held = list.contains(document.activeElement) && document.activeElement;
      list.replaceChildren(...JSON.parse(list.getAttribute("data-items") || "[]").map(elementOf));
      const again = held && sameIn(list, held);
      if (!again) return;
      if (again.type === "text" && held.value !== held.defaultValue) again.value = held.value;
      again.focus();
    };
    new MutationObserver(write).observe(list, { attributeFilter: ["data-items"] });
    return write();
  }
  LISTS.forEach(attach);
})();
