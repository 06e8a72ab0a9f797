// jsforce, asked line by line: {"do": NAME, "with": VALUE} in, one line of JSON out.
import { createInterface } from "node:readline";
import jsforce from "jsforce";

/** @type {import("jsforce").Connection} */
let connection;
/** What the library told at its last refresh. */
let refreshed = null;

const can = {
  app(app) {
    const oauth2 = new jsforce.OAuth2({ ...app, useVerifier: true });
    connection = new jsforce.Connection({ oauth2, version: "67.0" });
    connection.on("refresh", (accessToken, answer) => {
      refreshed = { accessToken, refreshToken: answer?.refresh_token ?? null };
    });
    return {};
  },
  // Takes a token that somebody else got, as programs do that call `dtx token`.
  token(given) {
    connection = new jsforce.Connection({ ...given, version: "67.0" });
    return {};
  },
  address: (scope) => connection.oauth2.getAuthorizationUrl({ scope, state: "a state" }),
  async authorize(code) {
    const user = await connection.authorize(code);
    const { accessToken, refreshToken, instanceUrl } = connection;
    return { user, accessToken, refreshToken, instanceUrl };
  },
  query: (soql) => connection.query(soql),
  identity: () => connection.identity(),
  limits: () => connection.limits(),
  create: (fields) => connection.sobject("User").create(fields),
  bulk: () => connection.bulk.createJob("User", "insert").open(),
  bulk2: () => connection.bulk2.createJob({ object: "User", operation: "insert" }).open(),
  soap: () => connection.soap.getServerTimestamp(),
  user: (id) => connection.sobject("User").retrieve(id),
  usage: () => connection.limitInfo,
  refreshed: () => refreshed,
  keep(refreshToken) {
    connection.refreshToken = refreshToken;
    return {};
  },
  async logout() {
    await connection.logout(true);
    return {};
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  let answer;
  try {
    answer = await can[asked.do](asked.with);
  } catch (error) {
    answer = { error: { name: error.name, code: error.errorCode ?? null, message: error.message } };
  }
  console.log(JSON.stringify(answer));
}
