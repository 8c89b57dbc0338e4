// First, since the decorators of every graph type need it.
import 'reflect-metadata';
import { careportals } from './modules/careportals/module.ts';
import type { Module } from './platform/module.ts';

/** Every area of the business that this server carries. A new one is a folder in modules/ and a line here. */
export const modules: readonly Module[] = [careportals];
