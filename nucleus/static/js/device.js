// Lets this browser show notices: asks it for a subscription and hands that to the house.

const form = document.getElementById("device-form");
const says = (id) => ["cannot", "denied", "failed"].forEach((each) => {
  document.getElementById(each).hidden = each !== id;
});

function bytes(key) {
  const plain = atob(key.replaceAll("-", "+").replaceAll("_", "/") + "=".repeat(-key.length & 3));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

async function subscription() {
  const worker = await navigator.serviceWorker.register(form.dataset.worker);
  const old = await worker.pushManager.getSubscription();
  if (old) await old.unsubscribe(); // perhaps made with a key that is gone
  for (let tries = 0; !worker.active && tries < 50; tries += 1) await new Promise((go) => { setTimeout(go, 100); });
  const options = { userVisibleOnly: true, applicationServerKey: bytes(form.dataset.key) };
  return (await worker.pushManager.subscribe(options)).toJSON();
}

async function add(device) {
  const made = await subscription();
  const body = { endpoint: made.endpoint, p256dh: made.keys.p256dh, auth: made.keys.auth, key: form.dataset.name, device };
  const headers = { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrf_token.value };
  const answer = await fetch(location.pathname, { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(String(answer.status));
  location.assign((await answer.json()).next);
}

document.getElementById("no-script").hidden = true;
if ("serviceWorker" in navigator && "PushManager" in window && "Notification" in window) {
  form.hidden = false;
} else {
  says("cannot");
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  says("");
  const device = form.elements.device.value.trim();
  if (!device) { form.elements.device.focus(); return; }
  if (await Notification.requestPermission() !== "granted") { says("denied"); return; }
  try {
    await add(device);
  } catch {
    says("failed");
  }
});
