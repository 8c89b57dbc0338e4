import { describe, expect, test } from 'vitest';
import { addressId, addressText } from '../../../src/modules/careportals/customers/address-id.ts';

function parts(address1: string, city: string, provinceCode: string, postalCode: string) {
  return { address1, city, provinceCode, postalCode };
}

describe('addressId', () => {
  test.each([
    [
      parts('128 Juniper St.', 'Riverton', 'NY', '10999'),
      '128juniperstreetrivertonny10999',
      'dcae0a74485b080275225f83558a04f4',
    ],
    [
      parts('128 juniper street', 'Riverton ', 'ny', '10999'),
      '128juniperstreetrivertonny10999',
      'dcae0a74485b080275225f83558a04f4',
    ],
    [
      parts('77 Old Mill Rd', 'St. Clair', 'CT', '06999-1234'),
      '77oldmillroadstreetclaircourt069991234',
      'fa5acbbbad3df7c75e39fd12b7d0cd4d',
    ],
    [
      parts('9 La Paloma Ave', 'La Mesa', 'LA', '70999'),
      '9lanepalomaavenuelanemesalane70999',
      '72d82c026d067560e4175533af6340f5',
    ],
    [
      parts('4 Drv Park', 'Québec Hill', 'QC', 'G1A 1A1'),
      '4driveparkqubechillqcg1a1a1',
      '72233981ebb1ae671e8b3bdb41ee57d7',
    ],
  ])('of %j is the one that the old script made', (address, text, id) => {
    expect(addressText(address)).toBe(text);
    expect(addressId(address)).toBe(id);
  });

  test('is none for an address with nothing in it to identify', () => {
    expect(addressId({ address1: null, city: null, provinceCode: null, postalCode: null })).toBeNull();
    expect(addressId(parts(' ', '—', 'é', '-'))).toBeNull();
  });
});
