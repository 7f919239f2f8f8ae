import { coreJourneys } from './journeys.ts'
import { createWebKitDriver } from './webkit-driver.ts'

coreJourneys('WebKitGTK', createWebKitDriver)
