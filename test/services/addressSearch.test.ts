import { ServiceLocationModel } from '../../models/serviceLocation.ts';
import { ServiceStreetModel } from '../../models/serviceStreet.ts';
import { SettingModel } from '../../models/setting.ts';
import { readAddress } from '../../services/addressSearch/address.ts';
import type { AddressMatch } from '../../services/addressSearch.ts';
import { loadPolicy } from '../../services/policy.ts';
import { premiseStores } from '../../services/premiseStores.ts';
import { createPremisesService } from '../../services/premises.ts';
import { loadSampleData } from '../../services/sampleData.ts';
import { neighbourhoodOf, sampleNeighbours } from '../../services/sampleNeighbours.ts';
import { premises as all, spellings } from './addressSpellings.ts';
import { openStore } from './district.ts';

const service = createPremisesService(premiseStores);
const toNew = ([address, zip]: [string, string]) => ({
  serviceLocationId: `at ${address} ${zip}`,
  address,
  zip,
});

let store: Awaited<ReturnType<typeof openStore>>;
beforeAll(async () => {
  store = await openStore();
  const where = neighbourhoodOf(await loadPolicy('district'), await loadSampleData('district'));
  const neighbours = sampleNeighbours(300, where).map(({ serviceAddress, zip }) =>
    toNew([serviceAddress, zip]),
  );
  expect((await service.add([...all.map(toNew), ...neighbours])).unreadable).toEqual([]);
});
afterAll(() => store?.close());

const told = (found: AddressMatch): string[] => {
  if (found.match === 'exact') return [found.premise.address];
  return found.match === 'candidates' ? found.premises.map(({ address }) => address) : [];
};

describe('an address in a customer’s words', () => {
  it('is found first at least 95 times of 100, and never surely as another', async () => {
    const missed: string[] = [];
    let [first, firstThree, wronglySure] = [0, 0, 0];
    for (const [text, address] of spellings) {
      const found = await service.search(text);
      const addresses = told(found);
      if (addresses[0] === address) first++;
      else missed.push(`${text} -> ${addresses.join(' | ') || 'none'}`);
      if (addresses.slice(0, 3).includes(address)) firstThree++;
      if (found.match === 'exact' && found.premise.address !== address) wronglySure++;
    }
    const rate = (count: number) => `${((100 * count) / spellings.length).toFixed(1)} %`;
    process.stdout.write(
      `address search, ${spellings.length} spellings: first ${rate(first)}, first three ${rate(firstThree)}\n`,
    );
    expect(wronglySure).toBe(0);
    if (missed.length > 0) process.stdout.write(`not first: ${missed.join('; ')}\n`);
    expect(first / spellings.length).toBeGreaterThanOrEqual(0.95);
    expect(firstThree / spellings.length).toBeGreaterThanOrEqual(0.97);
  });

  it('is exact where all of it was written as the District has it', async () => {
    for (const [address, zip] of all)
      expect(await service.search(`${address}, ${zip}`)).toEqual({
        match: 'exact',
        premise: { serviceLocationId: `at ${address} ${zip}`, address, zip },
      });
  });

  it('is asked again where the apartment, the kind of street or the side of town is open', async () => {
    expect(told(await service.search('77 mission oak lane'))).toEqual([
      '77 Mission Oak Ln Apt 4',
      '77 Mission Oak Ln Apt 5',
      '77 Mission Oak Ln Apt 14',
    ]);
    for (const text of ['77 mission oak lane', '12 alder creek', '9 peralta blvd', '31 paseo padre'])
      expect((await service.search(text)).match).toBe('candidates');
  });

  it('is never sure where a word was misspelt or a digit turned round', async () => {
    expect(await service.search('12 aldar creek rd')).toMatchObject({ match: 'candidates' });
    expect(told(await service.search('1209 stevenson place'))[0]).toBe('1290 Stevenson Pl');
    expect((await service.search('1209 stevenson place')).match).toBe('candidates');
  });

  it('is asked for its number where there is none, and is not there where nothing is like it', async () => {
    expect(await service.search('alder creek road')).toEqual({ match: 'none', missing: 'houseNumber' });
    expect(await service.search('')).toEqual({ match: 'none', missing: 'houseNumber' });
    for (const text of ['12 zzyzx road', '999999 alder creek rd', '12', '12 rd', '!!! 12 ###'])
      expect(await service.search(text)).toEqual({ match: 'none', missing: null });
  });

  it('costs nothing more where somebody writes a book', async () => {
    const book = `12 alder creek rd ${'and then '.repeat(20_000)}`;
    expect(told(await service.search(book))).toContain('12 Alder Creek Rd');
    expect(readAddress(book).words.length).toBeLessThanOrEqual(8);
  });

  it('tells at most five premises, and nothing of them but where they are', async () => {
    await service.add(Array.from({ length: 30 }, (_, at) => toNew([`5000 Tower Ct Apt ${at + 1}`, '94538'])));
    const found = await service.search('5000 tower court');
    expect(found.match === 'candidates' && found.premises).toHaveLength(5);
    for (const premise of found.match === 'candidates' ? found.premises : [])
      expect(Object.keys(premise).sort()).toEqual(['address', 'serviceLocationId', 'zip']);
    expect(told(await service.search('5000 tower ct apt 27'))).toEqual(['5000 Tower Ct Apt 27']);
  });

  it('is found where hundreds of streets have one of its words', async () => {
    const letters = [...'abcdefghijklmnopqrstuvwxyz'];
    const many = letters.flatMap((one) => letters.slice(0, 20).map((two) => `7 Gorge ${one}${two}el Rd`));
    await service.add([...many, '7 Gorge Zenith Rd'].map((address) => toNew([address, '94538'])));
    expect(await service.search('7 gorge zenith rd')).toMatchObject({ match: 'exact' });
    expect(told(await service.search('7 gorge zenit rd'))[0]).toBe('7 Gorge Zenith Rd');
  });

  it('is found from the moment its premise is added, by whichever process', async () => {
    expect((await service.search('3 brand new lane')).match).toBe('none');
    await Promise.all(Array.from({ length: 5 }, () => service.add([toNew(['3 Brand New Ln', '94538'])])));
    expect(told(await service.search('3 brand new lane'))).toEqual(['3 Brand New Ln']);
    expect(await ServiceLocationModel.countDocuments({ number: '3', street: /brand/ })).toBe(1);
  });

  it('is found first with almost every single slip of a finger, wherever it happens', async () => {
    const slips = all.flatMap(([address]) => {
      const letters = [...address.matchAll(/[a-z]/g)].map(({ index }) => index).filter((at) => at > 4);
      return [0.2, 0.45, 0.7].flatMap((part, kind): [string, string][] => {
        const at = letters[Math.floor(letters.length * part)] ?? 0;
        const wrong = ['', 'q', `${address[at]}${address[at]}`][kind];
        return [[address.slice(0, at) + wrong + address.slice(at + 1), address]];
      });
    });
    let [first, wronglySure] = [0, 0];
    for (const [text, address] of slips) {
      const found = await service.search(text);
      if (told(found)[0] === address) first++;
      if (found.match === 'exact' && found.premise.address !== address) wronglySure++;
    }
    process.stdout.write(`${slips.length} slips: first ${((100 * first) / slips.length).toFixed(1)} %\n`);
    expect(wronglySure).toBe(0);
    expect(first / slips.length).toBeGreaterThanOrEqual(0.92);
  });

  it('is found again after the way of reading addresses has changed, which is done once', async () => {
    await ServiceLocationModel.updateMany({}, { $set: { street: null, number: null, unit: null } });
    await Promise.all([ServiceStreetModel.deleteMany({}), SettingModel.deleteMany({})]);
    expect((await service.search('12 alder creek rd')).match).toBe('none');
    expect(await Promise.all([service.indexOnce(), service.indexOnce()])).toEqual([true, true]);
    expect(told(await service.search('12 alder creek rd'))[0]).toBe('12 Alder Creek Rd');
    expect(await service.indexOnce()).toBe(false);
  });

  it('is told apart as unreadable where the District’s own address has no number', async () => {
    expect((await service.add([toNew(['Pump station, Niles', '94538'])])).unreadable).toEqual([
      'at Pump station, Niles 94538',
    ]);
  });
});
