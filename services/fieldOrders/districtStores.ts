import { FieldOrderModel } from '../../models/fieldOrder.ts';
import { MeterModel } from '../../models/meter.ts';
import { ReadingModel } from '../../models/reading.ts';
import type { FieldOrderDeps } from './types.ts';

/** What field orders look up and change in the built-in District. */
export const fieldOrderStores: Pick<FieldOrderDeps, 'orders' | 'metersAt' | 'addReading'> = {
  orders: FieldOrderModel,
  metersAt: (serviceLocationId) => MeterModel.atLocation(serviceLocationId),
  addReading: (reading) => ReadingModel.keep(reading),
};
