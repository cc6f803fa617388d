import type { DraftDate } from "../dateParts.ts";
import type { ToxinResponse } from "../generated/types.ts";
import { OneOf } from "../parts/Choices.tsx";
import { DateParts } from "../parts/DateParts.tsx";
import { SelectField } from "../parts/Field.tsx";
import { useSession } from "../session.tsx";
import { type MEDICINES, OTHER_PRODUCT, TOXINS, UNKNOWN_PRODUCT } from "./products.ts";

export const RESPONSES: readonly ToxinResponse[] = ["GOOD", "PARTIAL", "POOR", "UNKNOWN"];

export interface Injection {
  date: DraftDate;
  product: string;
  response: ToxinResponse | undefined;
}

interface InjectionFieldsProps {
  legend: string;
  hint?: string;
  fault?: string | undefined;
  value: Injection;
  change: (value: Injection) => void;
}

export function InjectionFields({ legend, hint, fault, value, change }: InjectionFieldsProps) {
  const { words } = useSession();
  return (
    <>
      <DateParts
        legend={legend}
        hint={hint}
        fault={fault}
        value={value.date}
        change={(date) => change({ ...value, date })}
        upTo="day"
      />
      <ProductField
        label={words.say("treatment.product")}
        products={TOXINS}
        value={value.product}
        change={(product) => change({ ...value, product })}
      />
      <OneOf
        legend={words.say("treatment.response")}
        choices={RESPONSES.map((response) => ({ value: response, label: words.say(`response.${response}`) }))}
        value={value.response}
        choose={(response) => change({ ...value, response })}
        compact
      />
    </>
  );
}

interface ProductFieldProps {
  label: string;
  products: readonly (typeof TOXINS | typeof MEDICINES)[number][];
  fault?: string | undefined;
  value: string;
  change: (product: string) => void;
}

/** One of the products that the service knows, another one, or "I do not know". */
export function ProductField({ label, products, fault, value, change }: ProductFieldProps) {
  const { words } = useSession();
  return (
    <SelectField label={label} fault={fault} value={value} change={change} empty={words.say("action.choose")}>
      {products.map((product) => (
        <option key={product} value={product}>
          {words.say(`product.${product}`)}
        </option>
      ))}
      <option value={OTHER_PRODUCT}>{words.say("product.other")}</option>
      <option value={UNKNOWN_PRODUCT}>{words.say("treatment.productUnknown")}</option>
    </SelectField>
  );
}
