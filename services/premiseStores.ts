import { insertMissing } from '../models/insertMissing.ts';
import { ServiceLocationModel } from '../models/serviceLocation.ts';
import { ServiceStreetModel } from '../models/serviceStreet.ts';
import { SettingModel } from '../models/setting.ts';
import type { PremiseStores } from './premises.ts';

/** Premises and streets in our own store. A street is there before its premises: what is found leads somewhere. */
export const premiseStores: PremiseStores = {
  streets: ServiceStreetModel,
  locations: ServiceLocationModel,
  settings: SettingModel,
  after: (id, count) => ServiceLocationModel.after(id, count),
  async insert(premises, streets) {
    await insertMissing(ServiceStreetModel, streets);
    await insertMissing(ServiceLocationModel, premises);
  },
  async index(premises, streets) {
    await insertMissing(ServiceStreetModel, streets);
    await ServiceLocationModel.index(premises);
  },
};
