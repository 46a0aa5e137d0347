// Sends every bound socket back.
'use strict';
process.on('message', (message, bound) => process.send([message, bound.address().port], bound));
