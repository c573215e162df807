import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import mongoose, { model, Schema } from 'mongoose';
import { connectStore, type StoreConnection } from '../../../models/store/connect.ts';
import { readAddress, storeDirectory } from '../../../models/store/embedded/address.ts';
import { supported } from '../../../models/store/embedded/supported.ts';
import { cleanUp, failure, isAlive, mongodbUri, silent, tempDir, until } from './support.ts';

const accountSchema = new Schema(
  {
    _id: String,
    number: { type: String, required: true },
    cents: { type: Number, default: 0 },
    dueOn: Date,
    notes: [{ text: String, at: Date }],
    meter: { id: String, reads: [Number] },
    customer: { type: Schema.Types.ObjectId, ref: 'StoreCustomer' },
    extra: Schema.Types.Mixed,
  },
  { timestamps: true, versionKey: false },
);
accountSchema.index({ number: 1 }, { unique: true });
accountSchema.index({ cents: -1, _id: 1 });
accountSchema.index({ dueOn: 1 }, { partialFilterExpression: { dueOn: { $type: 'date' } } });
const Account = model('StoreAccount', accountSchema);
const Customer = model('StoreCustomer', new Schema({ name: String }));

const record = join(tempDir(), 'used.txt');
const dataDir = tempDir();
let store: StoreConnection;
beforeAll(async () => {
  store = await connectStore({
    uri: mongodbUri,
    dataDir,
    embedded: { allowed: true, synchronous: 'NORMAL', record },
    log: silent,
  });
  await Promise.all([Account.deleteMany({}), Customer.deleteMany({})]);
  await store.ensureIndexes();
});
afterAll(async () => {
  const pid = readAddress(storeDirectory(dataDir))?.pid ?? null;
  await store.close();
  await until('the end of the store', () => !isAlive(pid));
  await cleanUp();
});

it('keeps a model’s documents and gives them back whole', async () => {
  const customer = await Customer.create({ name: 'A. Customer' });
  const account = await Account.create({
    _id: 'a',
    number: '10023414',
    cents: 13015,
    dueOn: new Date('2026-12-03'),
    customer: customer._id,
    extra: { $literal: 1 } as never,
  }).catch((error) => error);
  expect(account).toMatchObject({ number: '10023414' });
  expect(await Account.findById('a').lean()).toMatchObject({
    cents: 13015,
    dueOn: new Date('2026-12-03'),
    notes: [],
    createdAt: expect.any(Date),
  });
  expect(
    await Account.findOne({ number: '10023414' }).populate<{ customer: { name: string } }>('customer'),
  ).toMatchObject({ customer: { name: 'A. Customer' } });
});

it('lets one of two accounts have a number', async () => {
  expect(await failure(Account.create({ _id: 'b', number: '10023414' }))).toMatchObject({
    code: 11000,
    keyPattern: { number: 1 },
    keyValue: { number: '10023414' },
  });
});

it('changes documents by save, by operators and by a pipeline', async () => {
  const account = await Account.findById('a');
  account?.notes.push({ text: 'called', at: new Date() });
  if (account) account.cents = 0;
  await account?.save();
  await Account.updateOne({ _id: 'a' }, { $inc: { cents: 5 }, $push: { 'meter.reads': 1 } });
  const after = await Account.collection.findOneAndUpdate(
    { _id: 'a' as never },
    [{ $set: { cents: { $add: ['$cents', 1] }, updatedAt: '$$NOW' } }],
    { returnDocument: 'after' },
  );
  expect(after).toMatchObject({ cents: 6, meter: { reads: [1] }, notes: [{ text: 'called' }] });
});

it('counts, sorts, pages, streams and groups', async () => {
  await Account.insertMany(
    Array.from({ length: 50 }, (_, at) => ({ _id: `n${at}`, number: `n${at}`, cents: at })),
  );
  expect(await Account.countDocuments({ cents: { $gte: 40 } })).toBe(10);
  expect(
    (
      await Account.find({ cents: { $lt: 48 } })
        .sort({ cents: -1 })
        .limit(2)
        .lean()
    ).map(({ cents }) => cents),
  ).toEqual([47, 46]);
  let sum = 0;
  for await (const { cents } of Account.find({ _id: /^n/ }).lean().cursor({ batchSize: 7 })) sum += cents;
  expect(sum).toBe(1225);
  expect(
    await Account.aggregate([{ $match: { _id: /^n/ } }, { $group: { _id: null, sum: { $sum: '$cents' } } }]),
  ).toEqual([{ _id: null, sum: 1225 }]);
  expect(await Account.exists({ number: 'n1' })).toEqual({ _id: 'n1' });
  expect(
    (
      await Account.bulkWrite([
        { updateMany: { filter: { cents: 3 }, update: { $set: { cents: 4 } } } },
        { deleteOne: { filter: { _id: 'n9' } } },
      ])
    ).deletedCount,
  ).toBe(1);
});

it('has made the indexes that the models ask for', async () => {
  const indexes = await Account.collection.indexes();
  expect(indexes.map(({ key }) => key)).toEqual(
    expect.arrayContaining([{ number: 1 }, { cents: -1, _id: 1 }, { dueOn: 1 }]),
  );
  expect(await Account.diffIndexes()).toEqual({ toDrop: [], toCreate: [] });
});

it('is of the kind it says, and counts what it did', async () => {
  expect(store.kind).toBe(mongodbUri ? 'mongodb' : 'embedded');
  const stats = await store.stats();
  if (mongodbUri) expect(stats).toBeNull();
  else expect(stats?.commits).toBeGreaterThan(5);
  expect(mongoose.connection.readyState).toBe(1);
});

(mongodbUri ? it.skip : it)('records what was used, and all of it is what the store vouches for', () => {
  const lines = readFileSync(record, 'utf8').trim().split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      'command find',
      'command findAndModify',
      'query $gte',
      'update $inc',
      'stage $group',
      'expression $add',
    ]),
  );
  const readme = readFileSync(new URL('../../../models/store/embedded/README.md', import.meta.url), 'utf8');
  for (const line of lines) {
    const [, kind, name] = /^(.*) (\S+)$/.exec(line) as unknown as [string, string, string];
    if (supported[kind]) expect(supported[kind]).toContain(name);
  }
  for (const names of Object.values(supported))
    for (const name of names) expect(readme).toContain(`\`${name}\``);
});

it('does not begin in production unless it is told to', async () => {
  const error = await failure(
    connectStore({ dataDir: tempDir(), embedded: { allowed: false, synchronous: 'FULL' }, log: silent }),
  );
  expect(error.message).toMatch(/EMBEDDED_IN_PRODUCTION/);
});
