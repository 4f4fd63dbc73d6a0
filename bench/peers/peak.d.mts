export function peak(): number;
