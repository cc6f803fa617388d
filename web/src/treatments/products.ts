/** Ids of products that the service knows; units of different products are not interchangeable. */
export const TOXINS = [
  "onabotulinumtoxinA",
  "abobotulinumtoxinA",
  "incobotulinumtoxinA",
  "rimabotulinumtoxinB",
  "daxibotulinumtoxinA",
  "prabotulinumtoxinA",
] as const;
export const MEDICINES = ["anticholinergic", "baclofen", "benzodiazepine", "levodopa", "vmat2_inhibitor"] as const;
export const OTHER_PRODUCT = "other";
export const UNKNOWN_PRODUCT = "?";

/** The product as it is recorded; null where the person does not know it. */
export function recordedProduct(product: string): string | null {
  return product && product !== UNKNOWN_PRODUCT ? product : null;
}

/** The choice that stands for a recorded product. */
export function productChosen(product: string | null): string {
  return product ?? UNKNOWN_PRODUCT;
}
