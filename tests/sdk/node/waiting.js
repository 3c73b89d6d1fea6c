const PATIENCE_MS = 60_000;
const POLL_MS = 20;

// The first truthy result of condition(); an error that names what was awaited when it does not come.
export async function waitFor(condition, what) {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const result = await condition();
    if (result) return result;
    if (Date.now() > deadline) throw new Error(`waited ${PATIENCE_MS / 1000} s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
