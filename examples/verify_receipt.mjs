// Checks a receipt before acting, without asking Placet and without trusting the agent: Node.js 20 or newer, no packages.
//
// node examples/verify_receipt.mjs https://placet.example.com RECEIPT refund.issue '{"order": "4892", …}'
import { createHash, createPublicKey, verify } from "node:crypto";

// RFC 8785: numbers and texts as JSON.stringify writes them, keys sorted by UTF-16 code units.
const canonical = (value) => {
  if (Array.isArray(value)) return `[${value.map(canonical)}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`)}}`;
};

export function verifyReceipt(issuer, keys, receipt, name, args) {
  const parts = receipt.split(".");
  if (parts.length !== 3) throw new Error("This is no receipt.");
  const [header, claims] = parts.slice(0, 2).map((part) => JSON.parse(Buffer.from(part, "base64url")));
  if (header.typ !== "placet-receipt+jwt" || header.alg !== "EdDSA" || "crit" in header) throw new Error("This is another kind of token.");
  const jwk = keys.find((key) => key.kid === header.kid && key.crv === "Ed25519");
  if (!jwk) throw new Error("This was signed with a key that Placet does not publish.");
  const signed = Buffer.from(`${parts[0]}.${parts[1]}`);
  if (!verify(null, signed, createPublicKey({ key: jwk, format: "jwk" }), Buffer.from(parts[2], "base64url"))) throw new Error("The signature is wrong.");
  const digest = `sha256:${createHash("sha256").update(canonical({ arguments: args, name })).digest("hex")}`;
  if (claims.iss !== issuer) throw new Error("Another Placet signed this.");
  if (claims.status !== "approved") throw new Error(`This was ${claims.status}.`);
  if (claims.digest !== digest) throw new Error("This is not an approval of what is about to run.");
  if (claims.exp !== undefined && claims.exp <= Date.now() / 1000) throw new Error("The approval has expired.");
  return claims;
}

const [address, receipt, name, args] = process.argv.slice(2);
try {
  const { keys } = await (await fetch(`${address}/.well-known/jwks.json`, { redirect: "error" })).json();
  const claims = verifyReceipt(address, keys, receipt, name, JSON.parse(args));
  console.log(`${claims.deciders.join(" and ") || "A rule"} approved ${claims.action} at ${claims.decided_at}.`);
} catch (error) {
  console.error(`Do not act: ${error.message}`);
  process.exitCode = 1;
}
