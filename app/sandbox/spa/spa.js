"use strict";
// What the real app does on these pages, in its simplest form.

const say = (text) => { document.getElementById("message").textContent = text; };
const parameter = (name) => new URLSearchParams(location.search).get(name);

async function post(path, body) {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(body), credentials: "same-origin" });
  return { status: answer.status, body: answer.status === 204 ? null : await answer.json() };
}

async function confirmAddress() {
  const { status, body } = await post("/api/auth/verify-email", { token: parameter("token") });
  say(status === 204 ? "Your address is confirmed. You can log in now." : `${body.title} ${body.hint ?? ""}`);
}

async function showPurchase() {
  const { status, body } = await post("/api/checkout/verify", { checkout_session_id: parameter("session_id") });
  document.getElementById("login").hidden = status !== 401;
  if (status === 401) say("Log in to see your purchase.");
  else if (status !== 200) say(`${body.title} ${body.hint ?? ""}`);
  else if (body.status === "paid") say(`Paid. Your enrollment is ${body.enrollment_id}.`);
  else if (body.status === "returned") say("This payment bought nothing, such as a place you have. It goes back.");
  else if (body.status === "processing") say("Your bank takes some days. You get a mail when the money has come.");
  else say(`The checkout is ${body.status}. Reload the page in a moment.`);
}

async function logIn(event) {
  event.preventDefault();
  const { email, password } = Object.fromEntries(new FormData(event.target));
  const { status, body } = await post("/api/auth/login", { email, password, mode: "cookie" });
  if (status === 200) await showPurchase();
  else say(body.title);
}

document.getElementById("confirm")?.addEventListener("click", confirmAddress);
document.getElementById("login")?.addEventListener("submit", logIn);
if (document.getElementById("login")) showPurchase();
