import type { Bill, Records } from '../../services/records.ts';
import { createRecordsClient, type RecordsClientOptions } from './client.ts';
import { answers } from './shapes.ts';

/**
 * The records of a billing system elsewhere, over HTTP: docs/records.md says what the other side answers. What it
 * does not answer, or answers wrongly, throws `UpstreamError` `records.unavailable` or `records.badAnswer`.
 */
export function createHttpRecords(options: RecordsClientOptions): Records {
  const client = createRecordsClient(options);
  const get = (path: string) => ({ method: 'GET' as const, path });
  const post = (path: string, body: unknown) => ({ method: 'POST' as const, path, body });
  const at = (accountId: string) => `/accounts/${encodeURIComponent(accountId)}`;

  return {
    // What names a customer stands in the body: addresses are written into logs on the way.
    async matchAccount({ accountNumber, zip }) {
      const call = post('/accounts/match', { accountNumber, zip: zip.slice(0, 5) });
      return withTime(await client.read(call, answers.account));
    },
    async accountById(accountId) {
      return withTime(await client.read(get(at(accountId)), answers.account));
    },
    async contacts(accountId) {
      return (await client.read(get(`${at(accountId)}/contacts`), answers.contacts)).contacts;
    },
    async serviceLocation(serviceLocationId) {
      const call = get(`/service-locations/${encodeURIComponent(serviceLocationId)}`);
      return (await client.read(call, answers.serviceLocation)).serviceLocation;
    },
    async findServiceLocations(text, limit) {
      const call = post('/service-locations/search', { text, limit });
      return (await client.read(call, answers.serviceLocations)).serviceLocations.slice(0, limit);
    },
    async openBill(accountId) {
      return (await client.read(get(`${at(accountId)}/bills/latest`), answers.bill)).bill as Bill | null;
    },
    async recentBills(accountId, count, until) {
      const query = new URLSearchParams({ count: String(Math.min(count, 100)), ...(until ? { until } : {}) });
      return (await client.read(get(`${at(accountId)}/bills?${query}`), answers.bills)).bills as Bill[];
    },
    async samePeriodLastYear({ accountId, issuedOn }) {
      const call = get(`${at(accountId)}/bills/same-period-last-year?issuedOn=${issuedOn}`);
      return (await client.read(call, answers.bill)).bill as Bill | null;
    },
    async balance(accountId) {
      return (await client.read(get(`${at(accountId)}/balance`), answers.balance)).balance;
    },
    findCustomers: (query) => client.read(post('/customers/search', query), answers.customers),
    submit: (change) =>
      client.write({ ...post('/changes', change), requestId: change.requestId }, answers.change),
  };
}

/** The account with the time up to which it is posted, where the other side says one. */
function withTime<Account extends object>(answer: { account: Account | null; asOf?: string | undefined }) {
  const { account, asOf } = answer;
  return account && { ...account, ...(asOf === undefined ? {} : { asOf }) };
}
