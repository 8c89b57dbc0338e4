import type { DemoBatch, DemoRow } from './demo-batch.ts';
import { type DemoRun, past } from './demo-run.ts';
import type { Person } from './plan-people.ts';

/** Adds a customer with the alias under which CarePortals knows it, and the address if nobody lives there yet. */
export function addPerson(batch: DemoBatch, run: DemoRun, person: Person, startMs: number): void {
  const at = past(run, startMs);
  batch.customers.push({
    customer_id: person.customerId,
    public_id: run.ids.publicId(),
    email: person.email,
    first_name: person.firstName,
    last_name: person.lastName,
    phone: person.phone,
    created_at: at,
    updated_at: at,
  });
  batch.customer_aliases.push({ careportals_id: person.customerId, customer_id: person.customerId, first_seen_at: at });
  if (person.isFirstInHome) batch.addresses.push(addressRow(run, person));
}

function addressRow({ ids }: DemoRun, { home }: Person): DemoRow<'addresses'> {
  return {
    address_id: home.addressId,
    public_id: ids.publicId(),
    address1: home.address1,
    address2: home.firstUnit,
    city: home.city,
    province_code: home.provinceCode,
    postal_code: home.postalCode,
    country_code: home.countryCode,
  };
}
