// The page of the simulators: asks for one view again and again, shows it, and sends what the public does.
// Every word that anybody wrote becomes text, never markup: nothing here parses HTML.

const ASK_EVERY_MS = 700;
const LABELS = { x: "X", facebook: "Facebook", twilio: "Phones" };
// The faults that a rehearsal asks for first, by what each platform calls them.
const FIRST = ["rate_limit_now", "rate_limit", "slow", "accept_then_503", "code2_after", "drop_after", "revoke_token"];
const byId = (id) => document.getElementById(id);
const targets = { x: null, facebook: null };
let version = "";
let view = null;

// -- small pieces -----------------------------------------------------------------------------------------

function make(tag, options = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(options)) {
    if (name === "text") node.textContent = value;
    else if (name === "on") for (const [event, act] of Object.entries(value)) node.addEventListener(event, act);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, String(value));
  }
  node.append(...children);
  return node;
}

function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Keep a list's elements for as long as their keys live, so that focus and scrolling survive a refresh. */
function keep(list, items, key, create, update) {
  const known = new Map([...list.children].map((node) => [node.dataset.key, node]));
  let at = 0;
  for (const item of items) {
    const name = key(item);
    let node = known.get(name);
    if (node === undefined) {
      node = create(item);
      node.dataset.key = name;
    }
    known.delete(name);
    update(node, item);
    if (list.children[at] !== node) list.insertBefore(node, list.children[at] ?? null);
    at += 1;
  }
  for (const node of known.values()) node.remove();
}

function many(n, word) {
  return n === 1 ? `1 ${word}` : `${n} ${word}s`;
}

function say(text, bad = false) {
  const said = byId("said");
  said.textContent = text;
  said.toggleAttribute("data-bad", bad);
}

async function act(path, body, done, method = "POST") {
  try {
    const options = { method };
    if (body !== undefined) {
      options.headers = { "Content-Type": "application/json" };
      options.body = JSON.stringify(body);
    }
    const answer = await fetch(path, options);
    if (!answer.ok) {
      const told = await answer.json().catch(() => ({}));
      const why = typeof told.detail === "string" ? told.detail : `It was refused with ${answer.status}.`;
      // A second sentence says what to do already.
      say(/\. \S/.test(why) ? why : `${why} Change it and try again.`, true);
      return null;
    }
    say(done);
    refresh();
    return await answer.json();
  } catch {
    say("The simulators do not answer. Are they still running?", true);
    return null;
  }
}

function clockOf(at) {
  const when = typeof at === "number" ? new Date(at * 1000) : new Date(at);
  return Number.isNaN(when.getTime()) ? "" : when.toLocaleTimeString([], { hour12: false });
}

// -- one post, comment or reply ---------------------------------------------------------------------------

function createItem(item) {
  const node = make(
    "li",
    {},
    make(
      "div",
      { class: "item" },
      make("p", { class: "by" }, make("b"), make("span"), make("time")),
      make("p", { class: "text" }),
      make("p", { class: "marks" }),
      make("div", { class: "row acts" }),
    ),
    make("ol", { class: "below" }),
  );
  const acts = node.querySelector(".acts");
  if (item.answer) acts.append(make("button", { type: "button", class: "quiet small", text: "Answer", on: { click: item.answer } }));
  if (item.edit) {
    acts.append(make("button", { type: "button", class: "quiet small", text: "Edit", on: { click: () => openEditor(node, item) } }));
    acts.append(make("button", { type: "button", class: "quiet small", text: "Delete", on: { click: item.remove } }));
  }
  return node;
}

function updateItem(node, item) {
  const box = node.querySelector(":scope > .item");
  box.toggleAttribute("data-own", item.own);
  setText(box.querySelector(".by b"), item.name);
  setText(box.querySelector(".by span"), item.handle ?? "");
  setText(box.querySelector(".by time"), clockOf(item.at));
  setText(box.querySelector(".text"), item.text);
  const marks = [item.edited && "edited", item.hidden && "hidden by the page", ...(item.notes ?? [])].filter(Boolean);
  setText(box.querySelector(".marks"), marks.join(" · "));
  for (const button of box.querySelectorAll(".acts button")) {
    button.setAttribute("aria-label", `${button.textContent}: ${item.name}, ${item.text.slice(0, 60)}`);
  }
  if (item.depth) node.dataset.depth = String(Math.min(item.depth, 2));
  keep(node.querySelector(":scope > .below"), item.below ?? [], (one) => one.id, createItem, updateItem);
}

function openEditor(node, item) {
  const box = node.querySelector(":scope > .item");
  if (box.querySelector("form")) return;
  const text = make("textarea", { name: "text", rows: 2, required: true });
  text.value = box.querySelector(".text").textContent;
  const form = make(
    "form",
    {
      class: "write",
      on: {
        submit: async (event) => {
          event.preventDefault();
          if ((await item.edit(text.value)) !== null) form.remove();
        },
      },
    },
    make("label", { text: "New words" }, text),
    make(
      "div",
      { class: "row" },
      make("button", { class: "main small", text: "Save" }),
      make("button", { type: "button", class: "quiet small", text: "Leave as it is", on: { click: () => form.remove() } }),
    ),
  );
  box.append(form);
  text.focus();
}

function showPosts(platform, roots) {
  keep(byId(`${platform}-posts`), roots, (one) => one.id, createItem, updateItem);
  byId(`${platform}-empty`).hidden = roots.length > 0;
}

function aim(platform, id, words) {
  targets[platform] = id;
  const newest = platform === "x" ? "Answers the newest post." : "Comments on the newest post.";
  setText(byId(`${platform}-target`), id === null ? newest : `Answers “${words.slice(0, 80)}”`);
  byId(`${platform}-newest`).hidden = id === null;
  if (id !== null) byId(`${platform}-form`).elements.text.focus();
}

// -- X ----------------------------------------------------------------------------------------------------

function showX(state) {
  const own = (state.accounts ?? [])[0];
  if (own) setText(byId("x-who"), `${own.name} · @${own.username}`);
  const posts = state.posts ?? [];
  const all = new Map(posts.map((post) => [post.id, post]));
  const current = (id) => {
    let post = all.get(id);
    while (post?.replaced_by && all.has(post.replaced_by)) post = all.get(post.replaced_by);
    return post;
  };
  const shown = posts.filter((post) => !post.replaced_by);
  const items = new Map(shown.map((post) => [post.id, xItem(post)]));
  const roots = [];
  for (const post of shown) {
    const item = items.get(post.id);
    let root = post;
    let depth = 0;
    const seen = new Set([post.id]);
    for (let parent = current(root.in_reply_to); parent && !seen.has(parent.id); parent = current(root.in_reply_to)) {
      seen.add(parent.id);
      root = parent;
      depth += 1;
    }
    item.depth = depth;
    if (depth === 0) roots.unshift(item);
    else items.get(root.id).below.push(item);
  }
  showPosts("x", roots);
}

function xItem(post) {
  const text = post.raw_text ?? post.text;
  const item = {
    id: post.id,
    name: post.name,
    handle: `@${post.username}`,
    at: post.created_at,
    text,
    own: post.own,
    hidden: post.hidden,
    edited: (post.edit_history_post_ids ?? []).length > 1,
    notes: (post.alt_texts ?? []).map((one) => `picture: ${one || "without a description"}`),
    below: [],
    answer: () => aim("x", post.id, text),
  };
  if (!post.own) {
    item.edit = (words) => act("/_sim/x/edit", { id: post.id, text: words }, "Edited on X.");
    item.remove = () => act("/_sim/x/delete", { id: post.id }, "Deleted on X.");
  }
  return item;
}

// -- Facebook ---------------------------------------------------------------------------------------------

function showFacebook(state) {
  setText(byId("facebook-who"), state.page.name);
  const roots = state.posts.map((post) => ({
    id: post.id,
    name: state.page.name,
    at: post.at,
    text: post.text,
    own: true,
    edited: post.edited,
    notes: [
      post.link,
      ...post.photos.map((one) => `picture: ${one || "without a description"}`),
      post.comments_total > post.comments.length && `${post.comments_total} comments, the newest are shown`,
    ],
    answer: () => aim("facebook", post.id, post.text),
    below: post.comments.map((comment) => commentItem(comment)),
  }));
  showPosts("facebook", roots);
}

function commentItem(comment) {
  const item = {
    ...comment,
    depth: comment.parent_id === null ? 1 : 2,
    answer: () => aim("facebook", comment.id, comment.text),
  };
  if (!comment.own) {
    item.edit = (words) => act("/_sim/facebook/edit", { comment_id: comment.id, message: words }, "Edited on Facebook.");
    item.remove = () => act("/_sim/facebook/remove", { comment_id: comment.id }, "Deleted on Facebook.");
  }
  return item;
}

// -- phones -----------------------------------------------------------------------------------------------

function showPhones(state) {
  setText(byId("twilio-who"), `${many(state.phones_total, "phone")}, ${many(state.messages_total, "message")}`);
  byId("twilio-empty").hidden = state.phones.length > 0;
  keep(byId("numbers"), state.phones, (one) => one.number, (one) => make("option", { value: one.number }), () => {});
  keep(
    byId("twilio-to"),
    state.senders,
    (one) => one.number,
    (one) => make("option", { value: one.number }),
    (node, one) => setText(node, `${one.number} (${one.kind})`),
  );
  keep(byId("twilio-phones"), state.phones, (one) => one.number, createPhone, updatePhone);
}

function createPhone(phone) {
  const use = make("button", {
    type: "button",
    class: "quiet small",
    text: "Answer",
    "aria-label": `Answer from ${phone.number}`,
    on: { click: () => pickUp(phone.number) },
  });
  return make(
    "li",
    {},
    make("div", { class: "row" }, make("h3", { text: phone.number }), make("span", { class: "chip", text: "said STOP" }), use),
    make("ol", { class: "texts", tabindex: 0, "aria-label": `Messages on ${phone.number}` }),
  );
}

function updatePhone(node, phone) {
  node.querySelector(".chip").hidden = !phone.stopped;
  const list = node.querySelector(".texts");
  const last = list.lastElementChild?.dataset.key;
  keep(
    list,
    phone.texts,
    (one) => one.id,
    () => make("li", { class: "item" }, make("p", { class: "by" }, make("b"), make("time")), make("p", { class: "text" })),
    (one, text) => {
      one.toggleAttribute("data-out", text.inbound);
      setText(one.querySelector(".by b"), text.inbound ? "This phone" : "The hospital");
      setText(one.querySelector(".by time"), clockOf(text.at));
      setText(one.querySelector(".text"), text.text);
    },
  );
  if (list.lastElementChild?.dataset.key !== last) {
    // A new phone is not on the page yet, and has no height to scroll by.
    requestAnimationFrame(() => {
      list.scrollTop = list.scrollHeight;
    });
  }
}

function showGateway(state) {
  byId("gateway").hidden = false;
  setText(byId("gateway-who"), state.messages_total === 1 ? "1 message taken over SMPP" : `${state.messages_total} messages taken over SMPP`);
  keep(
    byId("gateway-texts"),
    [...state.messages].reverse(),
    (one) => one.id,
    () => make("li", { class: "item" }, make("p", { class: "by" }, make("b"), make("time")), make("p", { class: "text" })),
    (one, text) => {
      setText(one.querySelector(".by b"), `To +${text.to.replace(/^\+/, "")}`);
      setText(one.querySelector(".by time"), clockOf(text.at));
      setText(one.querySelector(".text"), text.text);
    },
  );
}

function pickUp(number) {
  const form = byId("twilio-form");
  const phone = view.twilio.phones.find((one) => one.number === number);
  form.elements.from.value = number;
  if (phone) form.elements.to.value = phone.sender;
  form.elements.text.focus();
}

async function textIn(words) {
  const { from, to } = byId("twilio-form").elements;
  if (!from.reportValidity()) return null;
  return act("/_sim/twilio/inbound", { from: from.value, to: to.value, body: words }, `Texted from ${from.value}.`);
}

// -- faults and floods ------------------------------------------------------------------------------------

function buildPanel(section) {
  const platform = section.dataset.platform;
  const rate = make("input", { type: "number", min: 0.1, max: 2000, step: "any", value: 5, required: true });
  const seconds = make("input", { type: "number", min: 1, max: 3600, value: 20, required: true });
  const flood = make(
    "form",
    {
      class: "fault",
      on: {
        submit: (event) => {
          event.preventDefault();
          const body = { platform, rate_per_s: Number(rate.value), seconds: Number(seconds.value) };
          act("/_sim/flood", body, `A crowd answers on ${LABELS[platform]}.`);
        },
      },
    },
    make("h3", { text: "A flood of answers" }),
    make(
      "div",
      { class: "row" },
      make("label", { text: "Answers a second" }, rate),
      make("label", { text: "For seconds" }, seconds),
      make("button", { class: "main", text: "Let them answer" }),
      make("button", {
        type: "button",
        class: "quiet",
        text: "Stop all floods",
        on: { click: () => act("/_sim/flood", undefined, "The crowds are quiet.", "DELETE") },
      }),
    ),
  );
  const panel = make(
    "details",
    { class: "card" },
    make("summary", { text: "Make it fail" }),
    make(
      "div",
      { class: "body" },
      make("ol", { class: "faults first" }),
      flood,
      make("details", {}, make("summary", { text: "More ways to fail" }), make("ol", { class: "faults more" })),
    ),
  );
  section.querySelector("form.write").after(panel);
}

function showFaults(section, rows) {
  const first = rows.filter((one) => FIRST.includes(one.name));
  first.sort((a, b) => FIRST.indexOf(a.name) - FIRST.indexOf(b.name));
  const more = rows.filter((one) => !FIRST.includes(one.name));
  const platform = section.dataset.platform;
  for (const [list, faults] of [[".first", first], [".more", more]]) {
    keep(section.querySelector(list), faults, (one) => one.name, (one) => createFault(platform, one), updateFault);
  }
  const armed = rows.filter((one) => one.armed !== null).length;
  setText(section.querySelector("summary"), armed ? `Make it fail: ${armed} on` : "Make it fail");
}

function createFault(platform, fault) {
  const inputs = new Map();
  const fields = fault.params.map((param) => {
    const input = createInput(param);
    inputs.set(param.name, [param, input]);
    return make("label", { text: param.label }, input);
  });
  const times = make("input", { type: "number", min: 1, max: 100000, placeholder: "all" });
  const button = make("button", {
    type: "button",
    class: "quiet",
    "aria-pressed": "false",
    "aria-label": fault.sentence,
    on: {
      click: () => {
        if (button.getAttribute("aria-pressed") === "true") {
          act(`/_sim/faults/${platform}/${fault.name}`, undefined, `${LABELS[platform]} works again.`, "DELETE");
          return;
        }
        const params = {};
        for (const [name, [param, input]] of inputs) params[name] = readInput(param, input);
        const body = { platform, name: fault.name, params };
        if (times.value !== "") body.times = Number(times.value);
        act("/_sim/faults", body, `${LABELS[platform]}: ${fault.sentence}`);
      },
    },
  });
  return make(
    "li",
    { class: "fault" },
    make("p", { text: fault.sentence }),
    make("div", { class: "row" }, ...fields, make("label", { text: "Next calls" }, times), button),
  );
}

function updateFault(node, fault) {
  const button = node.querySelector("button");
  const { armed } = fault;
  button.setAttribute("aria-pressed", String(armed !== null));
  const left = armed?.times_left ? `, ${armed.times_left} left` : "";
  setText(button, armed === null ? "Turn on" : `On: hit ${armed.hits}${left}. Turn off`);
}

function createInput(param) {
  if (param.choices.length > 0) {
    const select = make("select", {}, ...param.choices.map((one) => make("option", { value: one, text: one })));
    select.value = String(param.default);
    return select;
  }
  if (typeof param.default === "boolean") {
    const box = make("input", { type: "checkbox" });
    box.checked = param.default;
    return box;
  }
  const type = typeof param.default === "number" ? "number" : "text";
  return make("input", { type, step: type === "number" ? "any" : null, value: param.default });
}

function readInput(param, input) {
  if (typeof param.default === "boolean") return input.checked;
  if (typeof param.default === "number") return input.value === "" ? param.default : Number(input.value);
  return input.value;
}

// -- asking and showing -----------------------------------------------------------------------------------

let asking = false;

async function refresh() {
  if (asking) return;
  asking = true;
  const link = byId("link");
  try {
    const answer = await fetch("/_sim/view", { headers: version ? { "If-None-Match": version } : {}, cache: "no-store" });
    if (answer.status === 200) {
      version = answer.headers.get("ETag") ?? "";
      view = await answer.json();
      show();
    }
    setText(link, "Live");
    link.removeAttribute("data-lost");
  } catch {
    setText(link, "Not connected: trying again");
    link.setAttribute("data-lost", "");
  } finally {
    asking = false;
  }
}

function show() {
  if (view.x) showX(view.x);
  if (view.facebook) showFacebook(view.facebook);
  if (view.twilio) showPhones(view.twilio);
  if (view.smpp) showGateway(view.smpp);
  for (const section of document.querySelectorAll(".platform")) {
    const rows = view.faults[section.dataset.platform];
    if (rows) showFaults(section, rows);
  }
  const latency = byId("latency");
  if (document.activeElement !== latency) latency.value = view.latency;
}

function onSubmit(id, send) {
  byId(id).addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.currentTarget;
    if ((await send(form.elements)) !== null) form.elements.text.value = "";
  });
}

function begin() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const paint = () => {
    document.documentElement.dataset.theme = dark.matches ? "dark" : "light";
  };
  paint();
  dark.addEventListener("change", paint);
  for (const section of document.querySelectorAll(".platform")) buildPanel(section);
  onSubmit("x-form", ({ handle, name, text }) => {
    const body = { handle: handle.value, name: name.value || handle.value, text: text.value };
    if (targets.x !== null) body.in_reply_to = targets.x;
    return act("/_sim/x/reply", body, "Answered on X.");
  });
  onSubmit("facebook-form", ({ name, text }) => {
    const body = { name: name.value, message: text.value };
    if (targets.facebook !== null) body.post_id = targets.facebook;
    return act("/_sim/facebook/comment", body, "Commented on Facebook.");
  });
  onSubmit("twilio-form", ({ text }) => textIn(text.value));
  for (const button of document.querySelectorAll("[data-word]")) {
    button.addEventListener("click", () => textIn(button.dataset.word));
  }
  for (const platform of ["x", "facebook"]) {
    byId(`${platform}-newest`).addEventListener("click", () => aim(platform, null, ""));
  }
  byId("latency").addEventListener("change", (event) => {
    act("/_sim/latency", { profile: event.target.value }, "Answer times changed.");
  });
  byId("reset").addEventListener("click", () => {
    aim("x", null, "");
    aim("facebook", null, "");
    act("/_sim/reset", undefined, "Everything is empty again.");
  });
  refresh();
  setInterval(() => {
    if (!document.hidden) refresh();
  }, ASK_EVERY_MS);
}

begin();
