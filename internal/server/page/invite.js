// While an invitation waits, this looks every minute how it stands. Whoever reads is not disturbed: the page is
// put anew only where that has changed.

const minute = 60_000;
const standing = (page) => page.querySelector("[role=status]")?.textContent;

const looking = setInterval(async () => {
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    const text = await answer.text();
    const now = new DOMParser().parseFromString(/<main>[^]*<\/main>/.exec(text)?.[0] ?? "", "text/html"); // not its head: styles there are for another loading
    if (answer.status >= 500 || standing(now) === standing(document)) return;
    document.querySelector("main").replaceChildren(...now.querySelector("main").children);
    if (!text.includes("/page/invite.js")) clearInterval(looking); // nothing is waited for any more
  } catch {
    // It is not reached now; it is tried again in a minute.
  }
}, minute);
