const LITRES = { clay: 180, loam: 150, sand: 60 }

/** Litres of water that a square metre of soil holds for the roots. */
export function soilStore(kind) {
  const litres = LITRES[kind]
  if (litres === undefined) throw new RangeError(`no soil is called ${kind}`)
  return litres
}
