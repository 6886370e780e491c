// Starts the demo's server and tells where it is and who may sign in.
import { spawn } from "node:child_process";

/**
 * @param {string} dir where the demo is made, or lies already
 * @returns {Promise<{address: string, sign_ins: {organization: string, role: string, email: string, password: string}[], stop: () => Promise<void>}>}
 */
export function startDemo(dir) {
  const program = process.env.SLUICE_BIN ?? new URL("../../bin/sluice", import.meta.url).pathname;
  const child = spawn(program, ["demo", "--serve", "--dir", dir, "--listen", "127.0.0.1:0", "--json"], { stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  return new Promise((resolve, reject) => {
    let said = "";
    let complaint = "";
    child.stderr.on("data", (text) => { complaint += text; });
    child.stdout.on("data", (text) => {
      said += text;
      try {
        const served = JSON.parse(said);
        resolve({ ...served, stop: () => { child.kill("SIGINT"); return ended; } });
      } catch {
        // it is still being printed
      }
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`${program} ended with ${code}: ${complaint}`)));
  });
}
