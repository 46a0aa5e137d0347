'use strict';
// Prints what this program's `net` and its kin are made of: for each group, the public names of
// prototypes, instances and modules. Read by test_porting.py.
const { ChildProcess, ...childProcess } = require('node:child_process');
const cluster = require('node:cluster');
const events = require('node:events');
const net = require('node:net');
const stream = require('node:stream');

const HIDDEN = new Set(['constructor', 'length', 'name', 'prototype']);

const namesOf = (...objects) => [
  ...new Set(objects.flatMap((object) => Object.getOwnPropertyNames(object)))]
  .filter((name) => !name.startsWith('_') && !HIDDEN.has(name));

const { prototype: emitter } = events.EventEmitter;
const groups = {
  'net': namesOf(net),
  'net.Server': namesOf(net.Server, net.Server.prototype, new net.Server(), emitter),
  'net.Socket': namesOf(
    net.Socket, net.Socket.prototype, new net.Socket(), stream.Duplex.prototype,
    stream.Readable.prototype, stream.Writable.prototype, stream.Stream.prototype, emitter),
  'net.BlockList': namesOf(net.BlockList, net.BlockList.prototype),
  'net.SocketAddress': namesOf(net.SocketAddress, net.SocketAddress.prototype),
  'stream': namesOf(stream, stream.Readable, stream.Writable, stream.Duplex),
  'events': namesOf(events),
  'child_process': ['ChildProcess', ...namesOf(childProcess)],
  'ChildProcess': namesOf(ChildProcess.prototype, new ChildProcess(), emitter),
  'cluster': namesOf(cluster),
  'Worker': namesOf(cluster.Worker.prototype, new cluster.Worker()),
  'abort': namesOf(
    AbortController.prototype, AbortSignal, AbortSignal.prototype, EventTarget.prototype),
};
if (net.BoundSocket) groups['net.BoundSocket'] = namesOf(net.BoundSocket.prototype);
// The cluster is an emitter by way of its prototype, and holds an emitter's fields.
groups.cluster = groups.cluster.filter((name) => !(name in emitter));

console.log(JSON.stringify(groups));
