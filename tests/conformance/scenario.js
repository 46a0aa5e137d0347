'use strict';
// What the scenarios share on Node's side; scenario.py is its twin, name for name.
//
// A trace is a sequence of JSON lines `[who, event, ...details]`. `who` is one actor (usually
// "server" or "client"): the order is compared within each actor, never between two of them,
// because two ends of a connection are free to interleave.
const { fork } = require('node:child_process');
const cluster = require('node:cluster');
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');

// The test gives every run a fresh directory; its name must not show in the trace.
const directory = process.env.SCENARIO_DIR;
const aliases = new Map([[directory, '<dir>'], [path.basename(directory), '<run>']]);

// The base class that netserve promises for a code; other codes are compared by code alone.
const KINDS = {
  ERR_INVALID_ADDRESS: 'ValueError',
  ERR_INVALID_ARG_TYPE: 'TypeError',
  ERR_INVALID_ARG_VALUE: 'ValueError',
  ERR_INVALID_HANDLE_TYPE: 'TypeError',
  ERR_IPC_CHANNEL_CLOSED: 'RuntimeError',
  ERR_IPC_DISCONNECTED: 'RuntimeError',
  ERR_IP_BLOCKED: 'RuntimeError',
  ERR_OUT_OF_RANGE: 'ValueError',
  ERR_SERVER_ALREADY_LISTEN: 'RuntimeError',
  ERR_SERVER_NOT_RUNNING: 'RuntimeError',
  ERR_SOCKET_BAD_PORT: 'ValueError',
  ERR_SOCKET_CLOSED: 'RuntimeError',
  ERR_SOCKET_HANDLE_ADOPTED: 'RuntimeError',
  ERR_STREAM_DESTROYED: 'RuntimeError',
  ERR_STREAM_NULL_VALUES: 'TypeError',
  ERR_STREAM_WRITE_AFTER_END: 'RuntimeError',
};
const FAULT_FIELDS = ['syscall', 'address', 'port', 'hostname', 'localAddress', 'localPort'];

const snake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

// From here on `value` (a port, a path) is printed as `name`.
function alias(value, name) {
  aliases.set(value, name);
  return value;
}

function fault(error) {
  if (error.code === undefined) return { message: error.message };
  const plainFault = { code: error.code };
  if (/^E(?!RR_)/.test(error.code)) plainFault.kind = 'OSError';
  else if (KINDS[error.code]) plainFault.kind = KINDS[error.code];
  for (const field of FAULT_FIELDS) {
    // On a path, Node says port -1 for "none".
    if (error[field] != null && error[field] !== -1) plainFault[snake(field)] = plain(error[field]);
  }
  return plainFault;
}

function text(value) {
  for (const [from, to] of aliases) {
    if (typeof from === 'string') value = value.replaceAll(from, to);
  }
  return value;
}

function plain(value) {
  if (value === undefined || value === null) return null;
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return aliases.get(value) ?? value;
  if (typeof value === 'string') return text(value);
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString() };
  if (value instanceof Error) return fault(value);
  if (value instanceof net.Server) return 'Server';
  if (value instanceof net.Socket) return 'Socket';
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [snake(key), plain(inner)]));
}

// Synchronous, so that the lines are out whatever becomes of the process.
function trace(who, event, ...details) {
  fs.writeSync(1, `${JSON.stringify([who, event, ...details.map(plain)])}\n`);
}

// Traces these events of `emitter` with all their arguments.
function watch(emitter, who, ...events) {
  for (const event of events) {
    emitter.on(event, (...details) => trace(who, snake(event), ...details));
  }
}

// Reads `socket` to its end and traces the whole, since chunk boundaries mean nothing.
function collect(socket, who) {
  const chunks = [];
  socket.on('data', (chunk) => chunks.push(Buffer.from(chunk)));
  socket.on('end', () => {
    const whole = Buffer.concat(chunks);
    trace(who, 'received', whole.length > 100 ? whole.length : whole);
  });
}

// Traces whether `action` throws, and what.
function attempt(who, what, action) {
  try {
    action();
    trace(who, what, 'ok');
  } catch (error) {
    trace(who, what, error);
  }
}

// The arguments of the next `event`. Not `events.once`: that also listens to 'error'.
const once = (emitter, event) =>
  new Promise((resolve) => emitter.once(event, (...details) => resolve(details)));

const sleep = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
const later = (seconds, action) => setTimeout(action, seconds * 1000);
const addressOf = (server) => server.address();
const portOf = (server) => addressOf(server).port;
const localPath = (name) => path.join(directory, name);
const abstractPath = (name) => `\0${path.basename(directory)}-${name}`;

// A server that listens on 127.0.0.1.
async function serve(listener, options = {}) {
  const server = net.createServer(options, listener);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}

// One connection, both ends of it in hand; the server takes no others.
async function pair({ serverOptions = {}, clientOptions = {} } = {}) {
  const server = await serve(undefined, serverOptions);
  const accepted = once(server, 'connection');
  const client = net.createConnection({
    port: portOf(server), host: '127.0.0.1', ...clientOptions,
  });
  await once(client, 'connect');
  const [peer] = await accepted;
  server.close();
  return { server, client, peer };
}

// A port of 127.0.0.1 where nobody listens.
async function deafPort() {
  const server = await serve();
  const port = portOf(server);
  await once(server.close(), 'close');
  return alias(port, '<port>');
}

// Where an attempt to connect is neither accepted nor refused; at other addresses of the loopback
// the same port is free.
const SILENT = '127.0.0.9';
const silentPort = () => alias(Number(process.env.SCENARIO_SILENT), '<port>');

// A port to connect from, which nobody else takes.
const localPort = () => alias(Number(process.env.SCENARIO_LOCAL_PORT), '<local port>');

// A server at the silent port, at 127.0.0.1; what it gets is of no interest.
async function serveBesideSilence(listener = (peer) => peer.resume()) {
  const server = net.createServer(listener);
  await once(server.listen(silentPort(), '127.0.0.1'), 'listening');
  return server;
}

// A lookup that answers with these addresses.
const answering = (...addresses) => (host, options, callback) => {
  const answers = addresses.map((address) => ({ address, family: net.isIP(address) }));
  process.nextTick(callback, null, answers);
};

// Traces every step of a socket's way to a connection.
const watchAttempts = (socket, who) => watch(
  socket, who, 'lookup', 'connectionAttempt', 'connectionAttemptFailed',
  'connectionAttemptTimeout', 'connect', 'close');

// The hosts that a socket has tried, without their port.
const tried = ({ autoSelectFamilyAttemptedAddresses: addresses }) =>
  addresses?.map((address) => address.slice(0, address.lastIndexOf(':')));

// Forks this program once more, as another of its parts.
const startPart = (part, options = {}) => fork(process.argv[1], [part], options);

// Plays the part that the first argument names; a program that nobody forked is the parent.
const playParts = (parts) => play(parts[process.argv[2] ?? 'parent']);

function play(main) {
  process.on('uncaughtException', (error) => trace('program', 'uncaught', error));
  main();
}

// Plays the primary, or the worker that it forked.
const playCluster = ({ primary, worker }) => play(cluster.isPrimary ? primary : worker);

// This worker's name in the trace.
const me = () => `worker${cluster.worker.id}`;

// A server, not listening yet, that tells each client the name of its worker.
const nameServer = () => net.createServer((peer) => peer.end(me()));

// Forks a worker and waits until it listens.
async function forkListening(env) {
  const worker = cluster.fork(env);
  const [address] = await once(worker, 'listening');
  return { worker, address };
}

// Traces these events of the cluster; a worker is its id.
function watchCluster(...events) {
  for (const event of events) {
    cluster.on(event, (worker, ...details) => trace('primary', event, worker.id, ...details));
  }
}

// What the server at a port of 127.0.0.1, or at a path, says to one client; or the error's code.
async function ask(where) {
  const client = net.createConnection(where, '127.0.0.1');
  let said = '';
  client.setEncoding('utf8').on('data', (chunk) => { said += chunk; });
  client.on('error', (error) => { said = error.code; });
  await once(client, 'close');
  return said;
}

module.exports = {
  SILENT, abstractPath, addressOf, alias, answering, ask, attempt, collect, deafPort,
  forkListening, later, localPath, localPort, me, nameServer, once, pair, play, playCluster,
  playParts, portOf, serve, serveBesideSilence, silentPort, sleep, startPart, trace, tried,
  watch, watchAttempts, watchCluster,
};
