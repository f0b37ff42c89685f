/* The page's language: texts of the scripts, which the document brings along, and the switch. */
(function () {
  "use strict";

  const KEPT_S = 365 * 24 * 3600;
  const known = JSON.parse(document.getElementById("page-texts").textContent);

  const put = (message, values) => message.replace(/\{(\w+)(?::[^}]*)?\}/g, (field, name) => (name in values ? values[name] : field));

  /* A text in the page's language: `text("{name} as {format}.", { name, format })`. */
  const text = (message, values = {}) => put(known[message] || message, values);

  /* The same of `count` things, which the field {count} shows with thousands apart. */
  function texts(one, many, count, values = {}) {
    return put(known[one] || (count === 1 ? one : many), { count: count.toLocaleString("en"), ...values });
  }

  /* The page is read again in the other language, where it was. */
  async function change(language) {
    document.cookie = `language=${language}; path=/; max-age=${KEPT_S}; samesite=lax`;
    const here = await window.musiclatentvis.link.address().catch(() => window.location.href);
    window.history.replaceState(null, "", here);
    window.location.reload();
  }

  document.addEventListener("click", ({ target }) => {
    const button = target.closest("#page-language");
    if (button) change(button.dataset.language);
  });

  window.musiclatentvis = Object.assign({}, window.musiclatentvis, { text, texts });
})();
