/** Invented people and places. Any likeness to someone real is chance; mail domains and telephone numbers are reserved ones. */
export const FIRST_NAMES = (
  'Marisol Tobias Imogen Delphine Casper Ottilie Bram Ines Leopold Sunniva Ezra Philippa Anton Maren Joaquín Zoë ' +
  'Renée Lucan Tamsin Idris Beatrix Corwin Odalys Fenn Hester Jasper Kezia Lorcan Mireille Nils Oriana Piers Quilla ' +
  'Rowan Saskia Thaddeus Ulla Vivienne Wendell Xiomara Yorick Zelda Amara Basil Clementine Dashiell Eulalia Florian ' +
  'Greer Hollis Isolde Jericho Katarína Linus Magnolia Nadia Oswin Petra Rafaela Søren Tess Ursula Vaughn Willa'
).split(' ');

export const LAST_NAMES = (
  "Quennell Hartwick Vartan Ashgrove Bellweather Corrigane Dunmarrow Elderfield Fennimore Gallowmere Hawksby O'Marrin " +
  'Jessamine Kettlebrook Larkspur Merriweld Nightingell Oakhollow Pemberlake Quillfeather Ravensholm Silverthorne ' +
  "Tanglewood Underbrook Vandermoor Wetherstone Yarborne Zellwick Amberley-Fox Brightwater Coldbrook D'Arvenne " +
  'Eastmoor Fairbourne Greyfell Honeycutt Ironwood Juniperson Knollbeck Lindqvist Moorhaven Norwell Örnberg ' +
  'Penhallow Rosedale Stonebridge Thistledown Upchurch Valebrook Windermoor Yewdale Castañeda Birchall Copperfeld ' +
  'Dovecote Evermond Foxglove Glenhaven Hollowell Inglewick Kingsmoor Lockridge Mistral Northgate'
).split(' ');

export const STREETS = (
  'Juniper St.|Old Mill Rd|Alder Avenue|Quarry Lane|Birch Hollow Dr|Lantern Way|Copper Kettle Rd|Sparrow Court|' +
  'Windmill Blvd|Orchard Street|Heron Pkwy|Pebble Circle|Foxtail Ave|Clover Pl|Harbor View Drive|Saddleback Trail|' +
  'Maplewood Ct.|Thimble Lane|Larch Street|Stonegate Rd.|Meadowlark Dr.|Ferry Landing|Cinder Hwy|Willow Bend Ln'
).split('|');

/** City, state, first three digits of its postal codes. */
export const CITIES: readonly (readonly [city: string, state: string, postalArea: string])[] = [
  ['Riverton', 'NY', '109'],
  ['Fernhollow', 'OR', '979'],
  ['St. Clair Falls', 'CT', '069'],
  ['La Paloma', 'LA', '709'],
  ['Cedar Notch', 'TX', '789'],
  ['Harrow Bay', 'FL', '339'],
  ['Port Linden', 'CA', '939'],
  ['Mesa Verdant', 'AZ', '859'],
  ['Elk Crossing', 'CO', '809'],
  ['Dunmore Hills', 'GA', '319'],
  ['Kettle Springs', 'IL', '619'],
  ['Willow Ford', 'IN', '469'],
  ['Marsh Harbor', 'SC', '299'],
  ['Gull Point', 'MA', '029'],
  ['Stony Rapids', 'MI', '499'],
  ['Lake Amity', 'MN', '559'],
  ['Pine Barrow', 'NJ', '089'],
  ['Tamarack', 'NC', '289'],
  ['Birdsong', 'OH', '449'],
  ['Coalridge', 'PA', '179'],
  ['Hollow Oak', 'TN', '379'],
  ['Copperline', 'UT', '849'],
  ['Ashby Glen', 'VA', '229'],
  ['Mist Harbor', 'WA', '989'],
];

export const AREA_CODES = [
  '212',
  '503',
  '203',
  '504',
  '512',
  '813',
  '415',
  '602',
  '303',
  '404',
  '312',
  '317',
  '803',
  '617',
];

export const MAIL_DOMAINS = ['example.com', 'example.org', 'example.net'];
