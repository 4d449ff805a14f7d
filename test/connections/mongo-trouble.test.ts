import test from 'ava';
import mongoose from 'mongoose';
import { mongoTroubleOf } from '#connections/mongo-trouble.ts';
import { DirectoryUnavailable } from '#models/documents/look-up.ts';
import { isMongoOutage } from '#models/documents/mongo-outage.ts';

const { MongoServerError, MongoNetworkError, MongoNetworkTimeoutError, MongoParseError } = mongoose.mongo;
const answered = (code: number, more: object = {}) => new MongoServerError({ message: 'x', code, ...more });

for (const [what, error, trouble] of [
  ['no right', answered(13), undefined],
  ['a validator that refuses', answered(121), undefined],
  ['a full disk', answered(14_031), undefined],
  ['a key that is there already', answered(11_000), undefined],
  ['an address that is none', new MongoParseError('x'), undefined],
  ['a bug of ours', new TypeError('x'), undefined],
  ['no text at all', 'MongoNetworkError', undefined],
  ['a connection that broke', new MongoNetworkError('x'), 'unreachable'],
  ['a socket that was hung up', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }), 'unreachable'],
  ['a connection that is silent', new MongoNetworkTimeoutError('x'), 'timeout'],
  ['a command that took too long', answered(50), 'timeout'],
  ['a primary that stepped down', answered(10_107), 'no_primary'],
  ['a code that the driver may retry', answered(1, { errorLabels: ['RetryableWriteError'] }), 'no_primary'],
  ['a write that no majority confirmed', answered(64), 'no_majority'],
] as const) {
  test(`${what} is ${trouble ?? 'nothing that passes'}`, (t) => {
    t.is(mongoTroubleOf(error), trouble);
  });
}

test('a look-up that got no answer passes, one that was refused does not', (t) => {
  t.true(isMongoOutage(new DirectoryUnavailable('late')));
  t.true(isMongoOutage(new DirectoryUnavailable('x', { cause: new DirectoryUnavailable('late') })));
  t.true(isMongoOutage(new DirectoryUnavailable('x', { cause: new MongoNetworkError('x') })));
  t.false(isMongoOutage(new DirectoryUnavailable('x', { cause: answered(13) })));
});
