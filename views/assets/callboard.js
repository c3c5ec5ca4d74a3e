/*
 * The one script of the host's pages and of the Webhook Inspector. Every page works without it. It knows no page: what
 * it does is asked for by attributes.
 *
 *   <time datetime>               shown in local time, UTC in the title; data-as="ago" shows "12 s ago" (or "in 2 min")
 *   [data-copy="#id" | text]      copies the text of that element, or the text itself; says so in #status
 *   form                          is sent once, however often it is clicked
 *   [data-list][aria-label]       is marked as loading while a form.filter-bar or an a[rel] leads to other rows of it
 *   [data-filter="#id"]           a search box that hides the [data-name] below #id that do not contain its text
 *   [data-when="field=value"]     is shown while the field of that name in the same form has that value
 *   button[data-into="#id"]       sends its form in the background, and shows what the response has in #id there
 *   [data-check-all="name"]       ticks all check boxes of that name in the same form
 *   details[data-load=url]        when opened, shows what the details of that page's [data-part][aria-label] hold in place of its
 *                                 own link [data-stub]
 *   [data-search] [data-list]     "/" goes to the search box; "j" and "k" walk a[data-row] of the list, Enter opens
 *   input[data-shortcuts]         switches these keys on and off (remembered)
 *   [data-open=id]                opens the dialog of that id; "?" opens #keys, Ctrl K (⌘K) opens #find, whose form is asked while
 *                                 somebody types: what its page has in #found is shown in [data-found]
 *   [data-mod-key]                is written with the modifier of this machine
 *   body[data-live=url]           a stream (SSE) whose every message means: this page may have changed. The page is then
 *                                 fetched again, and merged: each [data-region][id] is replaced when it differs and
 *                                 nobody is in it; each [data-live-list][id] is merged row by row (tr[data-key] or
 *                                 li[data-key]): known rows change in place, new rows wait behind [data-pill] while a
 *                                 person reads (scrolled, pointer or focus inside, boxes ticked, paused). A hidden tab
 *                                 lets its stream go. [data-live-state] shows the state, [data-pause] pauses.
 */
const root = document.documentElement;
root.classList.add("js");
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const say = (text) => {
  const status = document.getElementById("status");
  if (status) status.textContent = text;
};
/** The click opens no other tab. */
const isPlain = (event) =>
  event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
const stored = (key, value) => {
  try {
    if (value === undefined) return localStorage.getItem(key);
    localStorage.setItem(key, value);
  } catch {
    /* storage may be switched off */
  }
  return null;
};

/* where you are, in a navigation that is wider than the screen */
for (const here of all("nav [aria-current='page']")) {
  const nav = here.closest("nav");
  nav.scrollLeft = here.offsetLeft - nav.offsetLeft - (nav.clientWidth - here.offsetWidth) / 2;
}

/* what an address names, such as the result of a test, is read from there on */
const named = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
if (named && named.tabIndex === -1 && named.hasAttribute("tabindex")) named.focus();

/* times */
const day = new Intl.DateTimeFormat(root.lang, { dateStyle: "medium", timeStyle: "medium" });
const clock = new Intl.DateTimeFormat(root.lang, { timeStyle: "medium" });
const hour = new Intl.DateTimeFormat(root.lang, { hour: "2-digit", minute: "2-digit" });
const date = new Intl.DateTimeFormat(root.lang, { day: "numeric", month: "short" });
const relative = new Intl.RelativeTimeFormat(root.lang, { numeric: "auto", style: "short" });
const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
function ago(at) {
  const seconds = (at - Date.now()) / 1000;
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? UNITS[3];
  return relative.format(Math.trunc(seconds / size), unit);
}
function showTimes(within) {
  const today = new Date().toDateString();
  for (const time of all("time[datetime]", within)) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    const local = at.toDateString() === today ? clock.format(at) : day.format(at);
    if (!time.title) time.title = at.toISOString().replace("T", " ").replace("Z", " UTC");
    const { as } = time.dataset;
    const text = as === "ago" ? ago(at) : as === "hour" ? hour.format(at) : as === "day" ? date.format(at) : local;
    if (time.textContent !== text) time.textContent = text;
  }
}
showTimes(document);
setInterval(() => all('time[data-as="ago"]').forEach((time) => showTimes(time.parentElement)), 5000);

/* copy, send once, tick all */
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const from = button.dataset.copy;
  const text = from.startsWith("#") ? (document.querySelector(from)?.textContent ?? "") : from;
  try {
    await navigator.clipboard.writeText(text);
    say("Copied");
    const label = button.textContent;
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = label), 1500);
  } catch {
    say("The browser did not allow copying");
  }
});
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  form.setAttribute("aria-busy", "true");
});

/* a list while its next rows are on their way */
function showLoading() {
  for (const list of all("[data-list], .empty")) {
    const words = `Loading ${list.getAttribute("aria-label")?.toLowerCase() ?? "the list"}…`;
    list.dataset.loading = words;
    list.setAttribute("aria-busy", "true");
    say(words);
  }
}
document.addEventListener("submit", (event) => {
  if (event.target.matches(".filter-bar") && !event.defaultPrevented) showLoading();
});
document.addEventListener("click", (event) => {
  if (isPlain(event) && event.target.closest("a[rel='next'], a[rel='prev'], a[rel='first']")) showLoading();
});
/* a page that comes back from the browser's memory is as it was left */
addEventListener("pageshow", () => {
  for (const form of all("form[data-sent]")) {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  }
  for (const list of all("[data-loading]")) {
    delete list.dataset.loading;
    list.removeAttribute("aria-busy");
  }
});
document.addEventListener("change", (event) => {
  const name = event.target.dataset?.checkAll;
  if (name) all(`input[name="${name}"]`, event.target.form).forEach((box) => (box.checked = event.target.checked));
});

/* fields for one value of another field */
function showFields(form) {
  for (const part of all("[data-when]", form)) {
    const [name, value] = part.dataset.when.split("=");
    part.hidden = form.elements.namedItem(name)?.value !== value;
  }
}
all("form").forEach(showFields);
document.addEventListener("change", (event) => event.target.form && showFields(event.target.form));

/* a part of the page that a form's response has */
document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-into]");
  if (!button) return;
  event.preventDefault();
  const place = document.querySelector(button.dataset.into);
  const values = new URLSearchParams(new FormData(button.form));
  values.append(button.name, button.value);
  button.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(button.form.action, { method: "POST", headers: { accept: "text/html" }, redirect: "manual", body: values });
    const fresh = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(button.dataset.into);
    /* a refusal stands elsewhere on its page */
    if (!fresh) return button.form.requestSubmit(button);
    place.replaceChildren(...document.importNode(fresh, true).childNodes);
    showTimes(place);
    place.scrollIntoView({ block: "nearest" });
  } catch (error) {
    say(`This could not be loaded: ${error.message}`);
  } finally {
    button.removeAttribute("aria-busy");
  }
});

/* filter a list while typing */
document.addEventListener("input", (event) => {
  const list = event.target.dataset?.filter;
  if (!list) return;
  const wanted = event.target.value.trim().toLowerCase();
  let shown = 0;
  for (const group of all(`${list} [data-group], ${list}:not(:has([data-group]))`)) {
    let inGroup = 0;
    for (const item of all("[data-name]", group)) {
      item.hidden = !item.dataset.name.toLowerCase().includes(wanted);
      if (!item.hidden) inGroup += 1;
    }
    if (group.hasAttribute("data-group")) group.hidden = inGroup === 0;
    shown += inGroup;
  }
  say(`${shown} shown`);
});

/* parts of a big body, when they are opened */
document.addEventListener("toggle", async (event) => {
  const details = event.target;
  const { load } = details.dataset ?? {};
  if (!load || !details.open || details.ariaBusy === "true") return;
  details.ariaBusy = "true";
  say("Loading");
  try {
    const name = details.closest("[data-part]")?.getAttribute("aria-label");
    const same = all("[data-part]", await fetchPage(load)).find((part) => part.getAttribute("aria-label") === name);
    const part = same?.querySelector(":scope > details");
    if (part) {
      delete details.dataset.load;
      details.querySelector("[data-stub]")?.replaceWith(...all(":scope > :not(summary)", part));
    }
    say("");
  } catch (error) {
    /* the link inside still leads there */
    say(`This part could not be loaded: ${error.message}`);
  }
  details.ariaBusy = null;
}, true);

/* keys */
let keys = stored("keys") !== "off";
for (const box of all("input[data-shortcuts]")) {
  box.checked = keys;
  box.addEventListener("change", () => {
    keys = box.checked;
    stored("keys", keys ? "on" : "off");
  });
}
const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
for (const key of all("[data-mod-key]")) key.textContent = (isMac ? "⌘" : "Ctrl ") + key.dataset.modKey;

function openDialog(id) {
  const dialog = document.getElementById(id);
  /* the page of the search has its own field */
  if (id === "find" && document.getElementById("found")) return document.querySelector("[data-search]")?.focus();
  if (dialog && !dialog.open) dialog.showModal();
  dialog?.querySelector("input[type='search']")?.select();
}
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener && isPlain(event)) {
    event.preventDefault();
    openDialog(opener.dataset.open);
  } else if (event.target.matches("dialog")) event.target.close();
  for (const menu of all(".switch[open]")) if (!menu.contains(event.target)) menu.open = false;
});

/* search over everything, while somebody types */
const find = document.getElementById("find");
if (find) {
  const form = find.querySelector("form");
  const input = form.elements.namedItem("q");
  const place = find.querySelector("[data-found]");
  const tell = (text) => (find.querySelector("[role='status']").textContent = text);
  let shown = "";
  let soon;
  async function show() {
    const words = input.value.trim();
    try {
      const page = words && (await fetchPage(`${form.action}?${new URLSearchParams({ q: words })}`));
      if (words !== input.value.trim()) return;
      place.replaceChildren(...(words ? document.importNode(page.getElementById("found"), true).childNodes : []));
      shown = words;
      tell(`${all("a", place).length} results`);
    } catch (error) {
      place.textContent = `The search failed: ${error.message}`;
    }
  }
  input.addEventListener("input", () => {
    clearTimeout(soon);
    soon = setTimeout(show, 120);
  });
  form.addEventListener("submit", (event) => {
    const first = place.querySelector("a");
    if (!first || shown !== input.value.trim()) return;
    event.preventDefault();
    first.click();
  });
  find.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const stops = [input, ...all("a", place)];
    stops[Math.min(Math.max(stops.indexOf(document.activeElement) + step, 0), stops.length - 1)].focus();
  });
}

document.addEventListener("keydown", (event) => {
  const isFind = event.key.toLowerCase() === "k" && (isMac ? event.metaKey : event.ctrlKey);
  if (isFind && !event.shiftKey && !event.altKey && find) {
    event.preventDefault();
    return openDialog("find");
  }
  if (event.key === "Escape") for (const menu of all(".switch[open]")) menu.open = false;
  if (!keys || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "/") {
    const search = document.querySelector("[data-search]");
    if (!search && !find) return;
    event.preventDefault();
    search ? search.focus() : openDialog("find");
  } else if (event.key === "?") openDialog("keys");
  else if (event.key === "j" || event.key === "k") {
    const rows = all("[data-list] a[data-row]");
    const at = rows.indexOf(document.activeElement);
    rows[at < 0 ? 0 : Math.min(Math.max(at + (event.key === "j" ? 1 : -1), 0), rows.length - 1)]?.focus();
  }
});

/* live */
/* What it throws says in its message what a person has to know. */
async function fetchPage(url) {
  const answer = await fetch(url, { headers: { accept: "text/html" }, redirect: "manual", cache: "no-store" });
  if (answer.type === "opaqueredirect") throw new Error("you are logged out, reload the page");
  if (!answer.ok) throw new Error(`error ${answer.status}, request id ${answer.headers.get("x-request-id")}`);
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}
const SOONEST_MS = 400;
const MOST_ROWS = 500;
/* after a merge the page has so many times its length for the person who types */
const MERGE_SHARE = 4;
function live(url) {
  let stream;
  let paused = sessionStorage.getItem("paused") === "yes";
  let fetching = false;
  let again = false;
  let forced = false;
  let retry;
  const pill = document.querySelector("[data-pill]");
  const pause = document.querySelector("[data-pause]");
  const show = (state, words) => all("[data-live-state]").forEach((element) => {
    element.dataset.state = state;
    element.textContent = words;
  });
  let trouble = "";
  const showState = () => {
    if (paused) show("paused", "paused");
    else if (trouble) show("error", trouble);
    else if (stream?.readyState === 1) show("live", "live");
    else if (stream) show("lost", "reconnecting");
    if (pause) pause.textContent = paused ? "Resume" : "Pause";
  };
  const reading = (list) =>
    paused || scrollY > 200 || list.matches(":hover") || list.contains(document.activeElement) ||
    list.querySelector("input:checked") || (getSelection()?.toString() && list.contains(getSelection().anchorNode));

  function mergeList(list, fresh, force) {
    const known = new Map([...list.children].map((row) => [row.dataset.key, row]));
    const isNew = ({ dataset: { key } }) => !known.has(key);
    const rows = [...fresh.children];
    const added = rows.filter(isNew).length;
    const hold = !force && reading(list);
    for (const row of rows) {
      const old = known.get(row.dataset.key);
      if (!old || old.isEqualNode(row) || old.contains(document.activeElement) || old.querySelector("input:checked")) continue;
      const copy = document.importNode(row, true);
      old.replaceWith(copy);
      known.set(row.dataset.key, copy);
    }
    if (pill) pill.hidden = !(hold && added > 0);
    if (added === 0) return;
    if (hold) {
      if (pill) pill.textContent = `Show ${added}${added === rows.length ? " or more" : ""} new`;
      return;
    }
    list.replaceChildren(...rows.slice(0, MOST_ROWS).map((row) => {
      if (!isNew(row)) return known.get(row.dataset.key);
      const copy = document.importNode(row, true);
      /* no class: it would make the row another one than the server's */
      if (!still.matches) copy.animate([{ backgroundColor: "var(--accent-soft)" }, {}], 2000);
      return copy;
    }));
    announce(added);
  }
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let told = 0;
  let untold = 0;
  function announce(count) {
    untold += count;
    if (Date.now() - told < 5000) return;
    told = Date.now();
    say(`${untold} new`);
    untold = 0;
  }
  const LIVE_PARTS = "[data-live-list][id], [data-region][id]";
  const partsOf = (document) => all(LIVE_PARTS, document).map(({ id }) => id).join(" ");
  function merge(page, force) {
    showTimes(page);
    document.title = page.title;
    /* each page has another form of the session's token, which is no change */
    const token = document.querySelector("input[name='csrf']")?.getAttribute("value");
    if (token) for (const field of all("input[name='csrf']", page)) field.setAttribute("value", token);
    /* an empty list that is one no more has other parts: load the page as it is now, but not while somebody types or reads */
    if (partsOf(page) !== partsOf(document)) {
      if (!paused && !document.activeElement?.closest("form")) return location.reload();
      for (const region of all("[data-region][id]")) if (!page.getElementById(region.id)) region.replaceChildren();
    }
    for (const list of all("[data-live-list][id]")) {
      const fresh = page.getElementById(list.id);
      if (fresh) mergeList(list, fresh, force);
    }
    for (const region of all("[data-region][id]")) {
      const fresh = page.getElementById(region.id);
      if (fresh && !fresh.isEqualNode(region) && !region.contains(document.activeElement))
        region.replaceChildren(...document.importNode(fresh, true).childNodes);
    }
  }
  async function refresh(force = false) {
    forced ||= force;
    if (fetching) return void (again = true);
    fetching = true;
    const since = Date.now();
    let fetchedAt = since;
    try {
      const page = await fetchPage(location.href);
      fetchedAt = Date.now();
      const isForced = forced;
      forced = false;
      trouble = "";
      merge(page, isForced);
    } catch (error) {
      /* cut off (a TypeError): the stream reconnects and asks again */
      if (!(error instanceof TypeError)) trouble = `not updated: ${error.message}`;
    }
    showState();
    setTimeout(() => {
      fetching = false;
      if (again && !document.hidden) {
        again = false;
        void refresh();
      }
    }, Math.max(SOONEST_MS - (Date.now() - since), MERGE_SHARE * (Date.now() - fetchedAt)));
  }
  function close() {
    clearTimeout(retry);
    stream?.close();
    stream = undefined;
  }
  function open() {
    close();
    stream = new EventSource(url);
    stream.onopen = () => {
      showState();
      void refresh();
    };
    stream.onmessage = () => void refresh();
    stream.onerror = () => {
      showState();
      /* an answer that is no stream (a restarting proxy) ends an EventSource for good: begin anew */
      if (stream?.readyState === 2) retry = setTimeout(open, 2000);
    };
    showState();
  }
  pill?.addEventListener("click", () => {
    scrollTo({ top: 0 });
    pill.hidden = true;
    void refresh(true);
  });
  pause?.addEventListener("click", () => {
    paused = !paused;
    sessionStorage.setItem("paused", paused ? "yes" : "no");
    showState();
    if (!paused) void refresh(true);
  });
  document.addEventListener("visibilitychange", () => (document.visibilityState === "hidden" ? close() : open()));
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => event.persisted && open());
  if (document.visibilityState !== "hidden") open();
}
if (document.body.dataset.live) live(document.body.dataset.live);
