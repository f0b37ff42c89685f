/* Recordings by drag and drop, or chosen: sent one after the other, each tried three times. */
(function () {
  "use strict";

  const TRIES = 3;
  const AGAIN_MS = 1500;
  const SOUND = /\.(aac|aiff?|ape|flac|m4[ab]|mka|mp[23]|og[ag]|opus|wav|wma|wv)$/i;
  const TAKEN = new RegExp(`${SOUND.source}|\\.(csv|tsv|cue)$`, "i");

  const ours = () => window.musiclatentvis;
  const byId = (id) => document.getElementById(id);
  const state = { request: null, cancelled: false, busy: false };

  /* ---- which files ---- */

  const everyEntry = async (reader) => {
    const found = [];
    for (;;) {
      const some = await new Promise((done, failed) => reader.readEntries(done, failed));
      if (!some.length) return found;
      found.push(...some);
    }
  };

  async function within(entry, folder) {
    const path = `${folder}${entry.name}`;
    if (entry.isFile) return [[path, await new Promise((done, failed) => entry.file(done, failed))]];
    const parts = await Promise.all((await everyEntry(entry.createReader())).map((child) => within(child, `${path}/`)));
    return parts.flat();
  }

  async function dropped(transfer) {
    const entries = [...transfer.items].map((item) => item.webkitGetAsEntry && item.webkitGetAsEntry()).filter(Boolean);
    const found = entries.length
      ? (await Promise.all(entries.map((entry) => within(entry, "")))).flat()
      : [...transfer.files].map((file) => [file.name, file]);
    send(found);
  }

  const hidden = (path) => path.split("/").some((part) => part.startsWith("."));

  /* ---- sending ---- */

  function draw(share, sentence, ended = false) {
    const box = byId("library-upload");
    box.hidden = !sentence;
    const bar = document.createElement("span");
    bar.className = "library-share";
    bar.setAttribute("role", "progressbar");
    bar.setAttribute("aria-label", ours().text("Sending recordings"));
    bar.setAttribute("aria-valuenow", Math.round(100 * share));
    const done = document.createElement("span");
    done.style.width = `${100 * share}%`;
    bar.append(done);
    const words = document.createElement("span");
    words.className = "library-step";
    words.textContent = sentence;
    const title = document.createElement("b");
    title.textContent = ours().text("Sending recordings");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link-button";
    button.textContent = ended ? ours().text("Close") : ours().text("Cancel");
    button.addEventListener("click", ended ? () => draw(0, "") : cancel);
    box.replaceChildren(title, bar, words, button);
  }

  function cancel() {
    state.cancelled = true;
    if (state.request) state.request.abort();
  }

  /* One file; `told` is called with the bytes that are sent. The promise says whether it arrived. */
  function put(batch, path, file, told) {
    return new Promise((done, failed) => {
      const request = new XMLHttpRequest();
      state.request = request;
      const form = new FormData();
      form.append("file", file, "recording");
      request.open("POST", `/library/uploads/${batch}/file?path=${encodeURIComponent(path)}`);
      request.upload.addEventListener("progress", ({ loaded }) => told(Math.min(loaded, file.size)));
      request.addEventListener("load", () => {
        if (request.status < 300) done();
        else failed(Object.assign(new Error(problemOf(request)), { final: request.status < 500 }));
      });
      ["error", "abort"].forEach((name) => request.addEventListener(name, () => failed(new Error(ours().text("The connection ended before the file was whole.")))));
      request.send(form);
    });
  }

  function problemOf(request) {
    try {
      return JSON.parse(request.responseText).problem || request.statusText;
    } catch {
      return request.statusText;
    }
  }

  const pause = () => new Promise((done) => window.setTimeout(done, AGAIN_MS));

  async function stubbornly(batch, path, file, told) {
    for (let tried = 1; ; tried += 1) {
      try {
        return await put(batch, path, file, told);
      } catch (problem) {
        if (state.cancelled || problem.final || tried === TRIES) throw problem;
        await pause();
      }
    }
  }

  async function send(found) {
    const files = found.filter(([path]) => TAKEN.test(path) && !hidden(path));
    if (state.busy || !found.length) return;
    if (!files.some(([path]) => SOUND.test(path))) {
      ours().library.say(ours().text("There are no recordings among these files."), true);
      return;
    }
    Object.assign(state, { busy: true, cancelled: false });
    const total = files.reduce((sum, [, file]) => sum + file.size, 0);
    const problems = [];
    const passed = found.length - files.length;
    let sent = 0;
    try {
      draw(0, ours().text("Asking for room"));
      const { batch } = await ours().library.ask("/library/uploads", files.map(([path, file]) => [path, file.size]));
      for (const [at, [path, file]] of files.entries()) {
        if (state.cancelled) break;
        const told = (bytes) =>
          draw((sent + bytes) / Math.max(1, total), ours().text("{at} of {count} files, {path}", { at: at + 1, count: files.length, path }));
        told(0);
        await stubbornly(batch, path, file, told).catch((problem) => problems.push(state.cancelled ? "" : `${path}: ${problem.message}`));
        sent += file.size;
      }
      await ours().library.ask(`/library/uploads/${batch}/done`, {});
      ours().library.lookAgain();
      ended(problems.filter(Boolean), passed);
    } catch (problem) {
      draw(0, problem.message, true);
    }
    state.busy = false;
    state.request = null;
  }

  /* What came is being imported by now; what did not is said. */
  function ended(problems, passed) {
    if (problems.length) draw(1, problems.join(" "), true);
    else draw(0, "");
    if (passed) ours().library.say(ours().texts("1 other file was passed over.", "{count} other files were passed over.", passed));
  }

  /* ---- choosing ---- */

  function choose(folder) {
    const input = document.createElement("input");
    input.type = "file";
    input.multiple = true;
    input.webkitdirectory = folder;
    input.addEventListener("change", () => send([...input.files].map((file) => [file.webkitRelativePath || file.name, file])));
    input.click();
  }

  const here = () => document.querySelector('[data-current-page="library"]');
  const carries = (event) => event.dataTransfer && [...event.dataTransfer.types].includes("Files");
  const mark = (on) => byId("library-page").classList.toggle("dropping", on);

  document.addEventListener("dragover", (event) => {
    if (!here() || !carries(event)) return;
    event.preventDefault();
    mark(true);
  });
  document.addEventListener("dragleave", (event) => {
    if (here() && !event.relatedTarget) mark(false);
  });
  document.addEventListener("drop", (event) => {
    if (!here() || !carries(event)) return;
    event.preventDefault();
    mark(false);
    dropped(event.dataTransfer);
  });
  document.addEventListener("click", ({ target }) => {
    if (target.closest("#library-add")) choose(false);
    if (target.closest('[data-library-do="folder-of-files"]')) choose(true);
  });
  /* A page that goes now would lose what is under way; what arrived is kept. */
  window.addEventListener("beforeunload", (event) => {
    if (state.busy) event.preventDefault();
  });
})();
