// Plays programs (see generate.py) with Node's `net`. world.py is its twin, name for name.
// In: one JSON program for each line. Out: one JSON line for each, `{seed, trace}`.
'use strict';
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');

const DEADLINE = 20; // seconds for one program
const TURN = 1; // milliseconds
const QUIET_TURNS = 5;
const SLACK = 0.1; // seconds that an idle time is waited for beyond its end
const EVENTS = ['connect', 'ready', 'end', 'finish', 'drain', 'timeout', 'pause', 'resume', 'pipe',
  'unpipe', 'close'];

// What pipes say when all sockets go depends on who goes first.
const FLOW = ['pause', 'resume', 'unpipe'];

const directory = process.argv[2];
const together = Number(process.argv[3]);
const sleep = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

// Bytes whose place shows in their value, with characters of one to four bytes.
const PATTERN = Buffer.from(
  Array.from({ length: 4096 }, (_, number) => `${number.toString(16)}é€😀z`).join(''),
);

function pattern(from, size) {
  const part = Buffer.allocUnsafe(size);
  for (let at = 0; at < size;) {
    at += PATTERN.copy(part, at, (from + at) % PATTERN.length);
  }
  return part;
}

const code = (error) => (error ? error.code || error.message : null);

class Actor {
  constructor(world, name, socket) {
    this.world = world;
    this.name = name;
    this.socket = socket;
    this.written = 0; // where in the pattern the next write begins
    this.received = 0;
    this.digest = createHash('md5');
    this.reactions = { ...world.program.on[name] };
    this.failures = 0;
    this.onData = (chunk) => this.take(chunk);
    this.alsoOnData = () => {};
    this.encoded = false;
    this.closed = false;
    this.listen();
  }

  listen() {
    const deaf = this.world.program.deaf.includes(this.name);
    this.socket.on('error', (error) => this.trace('error', code(error)));
    for (const event of deaf ? ['connect'] : EVENTS) {
      this.socket.on(event, (detail) => {
        const details = event === 'close' ? [detail] : [];
        if (event === 'end' || event === 'close') details.push(this.sum());
        this.trace(event, ...details);
        this.react(event);
      });
    }
  }

  trace(event, ...details) {
    this.world.trace(this.name, event, ...details);
  }

  react(event) {
    // What happens behind 'close' makes no difference, and is not told alike.
    if (this.closed) return;
    this.closed = event === 'close';
    const operations = this.reactions[event] || [];
    delete this.reactions[event];
    for (const operation of operations) this.world.perform(operation);
  }

  take(chunk) {
    const whole = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    this.received += whole.length;
    this.digest.update(whole);
    this.world.activity += 1;
    this.react('data');
  }

  sum() {
    return [this.received, this.digest.copy().digest('hex').slice(0, 8)];
  }

  next(size) {
    const part = pattern(this.written, size);
    this.written += size;
    return part;
  }

  state() {
    const { socket } = this;
    return {
      ready_state: socket.readyState,
      connecting: socket.connecting,
      pending: socket.pending,
      destroyed: socket.destroyed,
      closed: socket.closed,
      errored: code(socket.errored),
      readable: socket.readable,
      writable: socket.writable,
      readable_ended: socket.readableEnded,
      writable_ended: socket.writableEnded,
      writable_finished: socket.writableFinished,
      writable_length: socket.writableLength,
      need_drain: socket.writableNeedDrain,
      readable_length: socket.readableLength,
      paused: socket.isPaused(),
      bytes_read: socket.bytesRead,
      bytes_written: socket.bytesWritten,
      timeout: socket.timeout ? socket.timeout / 1000 : 0,
      received: this.sum(),
      mark: socket.readableHighWaterMark,
      encoded: this.encoded,
    };
  }

  // What a program tells a socket. The answer is traced.

  write(size, kind) {
    const data = this.next(size);
    if (kind === 'text') return this.socket.write(data.toString('latin1'), 'latin1');
    if (kind === 'bytes') return this.socket.write(data);
    const number = this.written;
    return this.socket.write(data, (error) => {
      this.world.trace(`${this.name} callbacks`, 'written', number, code(error));
    });
  }

  end(size, kind) {
    const data = size === null ? undefined : this.next(size);
    if (kind === 'text' && data) this.socket.end(data.toString('latin1'), 'latin1');
    else if (kind === 'bytes+callback') {
      const over = (error) => this.world.trace(`${this.name} callbacks`, 'over', code(error));
      if (data) this.socket.end(data, over);
      else this.socket.end(over);
    } else this.socket.end(data);
  }

  connect() { this.socket.connect(this.world.address()); }
  data() {
    const twice = this.socket.listeners('data').includes(this.onData);
    this.socket.on('data', twice ? this.alsoOnData : this.onData);
  }
  nodata() { this.socket.off('data', this.onData).off('data', this.alsoOnData); }
  pause() { this.socket.pause(); }
  resume() { this.socket.resume(); }
  destroy(failing) { this.socket.destroy(failing ? new Error('on purpose') : undefined); }
  destroy_soon() { this.socket.destroySoon(); }
  reset() { this.socket.resetAndDestroy(); }
  cork() { this.socket.cork(); }
  uncork() { this.socket.uncork(); }
  set_encoding(name) {
    this.encoded = true;
    this.socket.setEncoding(name);
  }
  set_timeout(seconds) {
    this.world.longest(this.name, seconds);
    this.socket.setTimeout(seconds * 1000);
  }
  set_no_delay() { this.socket.setNoDelay(true); }
  ref() { this.socket.ref(); }
  unref() { this.socket.unref(); }
  unpipe() { this.socket.unpipe(); }
  pipe(name, end) {
    const destination = this.world.actors[name];
    if (destination) this.socket.pipe(destination.socket, { end });
  }
}

class Host {
  constructor(world, options) {
    this.world = world;
    this.server = net.createServer({
      allowHalfOpen: options.allow_half_open,
      pauseOnConnect: options.pause_on_connect,
      highWaterMark: options.high_water_mark,
      noDelay: true,
    });
    this.server.on('connection', (socket) => world.connected(socket));
    this.server.on('close', () => world.trace('S', 'close'));
    this.server.on('error', (error) => world.trace('S', 'error', code(error)));
  }

  state() {
    return { listening: this.server.listening };
  }

  close() { this.server.close((error) => this.world.trace('S', 'closed', code(error))); }
  get_connections() {
    this.server.getConnections((error, count) => this.world.trace('S', 'count', count));
  }
  ref() { this.server.ref(); }
  unref() { this.server.unref(); }
}

class World {
  constructor(program) {
    this.program = program;
    this.lines = [];
    this.actors = {};
    this.accepted = 0;
    this.activity = 0;
    this.timeouts = {};
    this.over = false;
    this.finishing = false;
  }

  trace(who, event, ...details) {
    if (this.over || (this.finishing && FLOW.includes(event))) return;
    this.activity += 1;
    this.lines.push([who, event, ...details]);
  }

  address() {
    return this.where;
  }

  longest(name, seconds) {
    this.timeouts[name] = seconds;
  }

  connected(socket) {
    const name = `P${this.accepted}`;
    this.accepted += 1;
    this.trace('S', 'connection', name);
    this.actors[name] = new Actor(this, name, socket);
    this.actors[name].react('connection');
    if (this.program.server.close_early && this.accepted === this.program.clients.length) {
      this.perform(['S', 'close']);
    }
  }

  perform([name, verb, ...details]) {
    const actor = this.actors[name];
    if (!actor || this.over) return;
    this.trace(name, `> ${verb}`, ...details);
    try {
      const answer = actor[verb](...details);
      if (typeof answer === 'boolean') this.trace(name, `< ${verb}`, answer);
    } catch (error) {
      this.trace(name, `! ${verb}`, code(error));
    }
  }

  sum() {
    let sum = this.activity;
    for (const { socket } of Object.values(this.actors)) {
      if (socket) sum += socket.bytesRead + socket.writableLength * 7;
    }
    return sum;
  }

  // Waits until nothing happens any more.
  async quiet() {
    const short = Object.values(this.timeouts).some((seconds) => seconds > 0 && seconds < 1);
    let last = NaN;
    let turns = 0;
    let since = performance.now();
    const wait = short ? (Math.max(...Object.values(this.timeouts).filter((s) => s < 1)) + SLACK)
      * 1000 : 0;
    while (turns < QUIET_TURNS || performance.now() - since < wait) {
      await sleep(TURN);
      const now = this.sum();
      turns = now === last ? turns + 1 : 0;
      if (now !== last) since = performance.now();
      last = now;
    }
  }

  snapshot() {
    for (const [name, actor] of Object.entries(this.actors)) this.trace(name, '=', actor.state());
  }

  async play() {
    const { program } = this;
    const host = new Host(this, program.server);
    this.actors.S = host;
    const file = path.join(directory, `${program.seed}.sock`);
    await new Promise((resolve) => {
      if (program.transport === 'path') host.server.listen(file, resolve);
      else host.server.listen(0, '127.0.0.1', resolve);
    });
    this.where = program.transport === 'path' ? { path: file }
      : { port: host.server.address().port, host: '127.0.0.1' };
    program.clients.forEach((options, number) => {
      const socket = new net.Socket({
        allowHalfOpen: options.allow_half_open,
        highWaterMark: options.high_water_mark,
        noDelay: true,
      });
      this.actors[`C${number}`] = new Actor(this, `C${number}`, socket);
    });
    for (const step of program.steps) {
      for (const operation of step) this.perform(operation);
      await this.quiet();
      this.snapshot();
    }
    await this.finish(host);
  }

  async finish(host) {
    this.timeouts = {};
    this.finishing = true;
    for (const { socket } of Object.values(this.actors)) if (socket) socket.destroy();
    await this.quiet();
    if (host.server.listening) host.server.close();
    await this.quiet();
    this.snapshot();
    this.over = true;
  }

  // For a program that hangs: lets everything go.
  abandon() {
    this.over = true;
    for (const { socket } of Object.values(this.actors)) if (socket) socket.destroy();
    this.actors.S.server.close();
  }
}

async function run(program) {
  const world = new World(program);
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(() => resolve('hung'), DEADLINE * 1000);
  });
  const outcome = await Promise.race([
    world.play().then(() => null, (error) => error.stack), late,
  ]);
  clearTimeout(timer);
  if (outcome) world.abandon();
  fs.writeSync(1, `${JSON.stringify({ seed: program.seed, trace: world.lines, outcome })}\n`);
}

async function main() {
  const programs = fs.readFileSync(0, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
  const worker = async () => {
    while (programs.length) await run(programs.shift());
  };
  await Promise.all(Array.from({ length: together }, worker));
  process.exit(0);
}

main();
