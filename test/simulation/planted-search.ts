export const searchPlanted = async (_: unknown): Promise<boolean> => false
