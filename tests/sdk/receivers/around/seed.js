// What an application has around the seed's receiver.
import express from 'express';
import { ScalekitClient } from '@scalekit-sdk/node';

const scalekit = new ScalekitClient(process.env.SCALEKIT_ENVIRONMENT_URL, process.env.SCALEKIT_CLIENT_ID,
                                    process.env.SCALEKIT_CLIENT_SECRET);
const createUserAccount = async (email, name) => console.log('event created', email, name);
const updateUserAccount = async (email, name) => console.log('event updated', email, name);
const deactivateUserAccount = async (email) => console.log('event deactivated', email);
const app = express();
app.use(BODY_PARSER);

SAMPLE

const server = app.listen(0, '127.0.0.1', () => console.log('listening on', server.address().port));
