import { defineEntity } from '@mikro-orm/core';
import { column } from '../../../platform/database/column.ts';

export const Prescription = defineEntity({
  name: 'Prescription',
  tableName: 'prescriptions',
  properties: {
    prescriptionId: column.text().primary(),
    publicId: column.publicId(),
    customerId: column.text().nullable(),
    emrCustomerId: column.text().nullable(),
    drugs: column.json().nullable(),
    fulfillments: column.json().nullable(),
    notes: column.text().nullable(),
    createdAt: column.instant(),
    updatedAt: column.instant(),
    toldAt: column.json(),
  },
});

/** The orders that a prescription serves, be they known yet or not. */
export const PrescriptionOrder = defineEntity({
  name: 'PrescriptionOrder',
  tableName: 'prescription_orders',
  properties: {
    prescriptionId: column.text().primary(),
    orderId: column.bigint().primary(),
  },
});
