import type { Language } from "../generated/types.ts";
import { tags } from "../words.ts";

/** ISO 3166-1 alpha-2 codes; their names come from the phone, in the language of the app. */
const CODES =
  "AD AE AF AG AL AM AO AR AT AU AZ BA BB BD BE BF BG BH BI BJ BN BO BR BS BT BW BY BZ CA CD CF CG CH CI CL CM CN CO CR CU CV CY CZ DE DJ DK DM DO DZ EC EE EG ER ES ET FI FJ FM FR GA GB GD GE GH GM GN GQ GR GT GW GY HK HN HR HT HU ID IE IL IN IQ IR IS IT JM JO JP KE KG KH KI KM KN KP KR KW KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MG MH MK ML MM MN MO MR MT MU MV MW MX MY MZ NA NE NG NI NL NO NP NR NZ OM PA PE PG PH PK PL PR PS PT PW PY QA RO RS RU RW SA SB SC SD SE SG SI SK SL SM SN SO SR SS ST SV SY SZ TD TG TH TJ TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VN VU WS YE ZA ZM ZW";

/** Every country with its name, in the order of the alphabet of the language. */
export function countries(language: Language): { code: string; name: string }[] {
  const names = new Intl.DisplayNames(tags[language], { type: "region" });
  const order = new Intl.Collator(tags[language]);
  return CODES.split(" ")
    .map((code) => ({ code, name: names.of(code) ?? code }))
    .sort((one, other) => order.compare(one.name, other.name));
}

/** The IANA zones that this phone knows, with the one in use even where the list misses it. */
export function timeZones(inUse: string): string[] {
  const known = Intl.supportedValuesOf("timeZone");
  return known.includes(inUse) || !inUse ? known : [inUse, ...known];
}
